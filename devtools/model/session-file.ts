/** A session as a file: one person records it, another opens it, read-only. */
import { flag, listOf, number, oneOf, optional, type Read, record, refuse, shape, text } from './shape.ts'
import { contentsOf, FORMAT, type SessionFile, sessionOf, VERSION } from './still-session.ts'
import {
  type CallRow,
  type DevtoolsSession,
  type EventRow,
  type FrameRow,
  type InteractionRow,
  type ProgressRow,
  type RootRow,
  type RuntimeRow,
  type ScriptRow,
  type SpanRow,
  STATUSES,
  type TaskOptionRow,
  type TaskRow,
  type TimeRange,
  type WorkerRow,
} from './types.ts'

/** The text of a file that {@link readSession} opens. */
export function writeSession(session: DevtoolsSession): string {
  return JSON.stringify(contentsOf(session), (_name, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? 'Infinity' : value,
  )
}

/**
 * Opens a file.
 *
 * @throws TypeError if it is not a session file. The message says where, what was expected, and what was found.
 */
export function readSession(json: string): DevtoolsSession {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new TypeError('the file is not JSON', { cause: error })
  }
  const { format, version } = record(value, '')
  if (format !== FORMAT) refuse('format', format, `"${FORMAT}"`)
  if (version !== VERSION) refuse('version', version, `${VERSION}; a newer panel may have written the file`)
  return sessionOf(FILE(value, ''))
}

const CALL: Read<CallRow> = shape<CallRow>({
  row: number,
  runtimeId: number,
  callId: text,
  taskId: text,
  taskName: optional(text),
  method: text,
  key: optional(text),
  traceId: text,
  traceName: optional(text),
  spanId: text,
  parentSpanId: optional(text),
  status: oneOf(...STATUSES),
  createdTime: number,
  admittedTime: optional(number),
  sentTime: optional(number),
  startedTime: optional(number),
  runEndTime: optional(number),
  settledTime: optional(number),
  workerIndex: optional(number),
  attempt: number,
  errorType: optional(text),
  error: optional(text),
  attributes: optional(record),
})

const TASK: Read<TaskRow> = shape<TaskRow>({
  runtimeId: number,
  taskId: text,
  taskName: optional(text),
  type: oneOf('parallel', 'singleton'),
  status: oneOf('idle', 'active', 'stopped', 'failed', 'gone'),
  inFlight: number,
  pending: number,
  blocked: number,
  maxInFlight: number,
  maxQueueDepth: number,
  policy: oneOf('block', 'reject', 'drop-latest', 'drop-oldest'),
  workerCount: number,
  workerLimit: number,
  shared: optional(text),
  counts: shape<TaskRow['counts']>({
    dispatched: number,
    succeeded: number,
    failed: number,
    canceled: number,
    rejected: number,
    requeued: number,
  }),
  options: listOf(shape<TaskOptionRow>({ name: text, value: text, isDefault: flag })),
})

const WORKER: Read<WorkerRow> = shape<WorkerRow>({
  runtimeId: number,
  taskId: text,
  workerIndex: number,
  spawnTime: number,
  readyTime: optional(number),
  setupMs: optional(number),
  slowdown: optional(number),
  endTime: optional(number),
  end: optional(oneOf('crash', 'terminate')),
  reason: optional(
    oneOf(
      'idle',
      'stopped',
      'parked',
      'disposed',
      'restarted',
      'max-calls',
      'resized',
      'abort-grace',
      'hang',
    ),
  ),
  error: optional(text),
})

const FRAME: Read<FrameRow> = shape<FrameRow>({
  startTime: number,
  durationMs: number,
  blockingMs: number,
  ownMs: optional(number),
  source: oneOf('long-animation-frame', 'longtask'),
  scripts: listOf(
    shape<ScriptRow>({
      invoker: text,
      source: text,
      startTime: number,
      durationMs: number,
      layoutMs: number,
    }),
  ),
})

const INTERACTION: Read<InteractionRow> = shape<InteractionRow>({
  name: text,
  startTime: number,
  durationMs: number,
  processingStart: number,
  processingEnd: number,
  target: optional(text),
})

const EVENT: Read<EventRow> = shape<EventRow>({
  row: number,
  time: number,
  runtimeId: optional(number),
  kind: oneOf(
    'spawn',
    'ready',
    'crash',
    'terminate',
    'error',
    'requeue',
    'reject',
    'hidden',
    'visible',
    'dispose',
    'attach',
    'slowdown',
  ),
  taskId: optional(text),
  workerIndex: optional(number),
  callId: optional(text),
  text,
})

const SPAN: Read<SpanRow> = shape<SpanRow>({
  row: number,
  name: text,
  spanId: text,
  parentSpanId: text,
  startTime: number,
  endTime: number,
  error: optional(text),
})

const ROOT: Read<RootRow> = shape<RootRow>({
  runtimeId: number,
  traceId: text,
  spanId: text,
  name: optional(text),
  startTime: number,
  endTime: number,
  status: optional(oneOf('ok', 'error', 'canceled')),
})

const PROGRESS: Read<readonly ProgressRow[]> = listOf(shape<ProgressRow>({ row: number, time: number }))

const FILE: Read<SessionFile> = shape<SessionFile>({
  format: () => FORMAT,
  version: () => VERSION,
  startTime: number,
  endTime: number,
  timeOrigin: number,
  droppedCalls: number,
  earlierCalls: number,
  runtimes: listOf(shape<RuntimeRow>({ id: number, name: text, ordinal: number, isDisposed: flag })),
  tasks: listOf(TASK),
  workers: listOf(WORKER),
  calls: listOf(CALL),
  spans: listOf(SPAN),
  roots: listOf(ROOT),
  frames: listOf(FRAME),
  interactions: listOf(INTERACTION),
  // Older panels did not write this field.
  progress: (value, path) => (value === undefined ? [] : PROGRESS(value, path)),
  hidden: listOf(shape<TimeRange>({ start: number, end: number })),
  events: listOf(EVENT),
})
