/** The names that a span starts with; the others arrive with the rest of telemetry. */

/** Name of the instrumentation scope. */
export const SCOPE_NAME = 'atelier'
/** The OpenTelemetry schema that the names follow where it defines any (`error.type`, `exception.*`). */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.37.0'

/** Attributes that Atelier writes itself: a caller's value under one of these names is left out. */
export const OWN_ATTRIBUTE: RegExp =
  /^atelier\.(task\.(id|name|type|method|shared)|worker\.(index|in_process|host|start_ms|run_ms|spans_dropped)|queue\.(policy|blocked_ms|wait_ms|wait_last_ms)|attempt\.count|trace\.(id|name|inherited|span_count)|call\.key|affinity\.hit|canceled|cancel\.reason|outcome|reason|runtime\.name|link\.relation|event\.name)$/

export const TASK_SPAN = 'atelier.task'
export const TRACE_SPAN = 'atelier.trace'

export const TASK_ID = 'atelier.task.id'
export const TASK_NAME = 'atelier.task.name'
export const TASK_TYPE = 'atelier.task.type'
export const TASK_METHOD = 'atelier.task.method'
export const TRACE_ID = 'atelier.trace.id'
export const TRACE_NAME = 'atelier.trace.name'
