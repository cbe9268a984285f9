/** Calls without a runtime, for the parts that only move them about. */
import { Call, type CallOptions, NORMAL, type PriorityIndex } from '../../../src/call/call.ts'
import { LIBRARY_DEFAULTS } from '../../../src/options/call-options.ts'

const task = {
  taskId: 'task',
  taskName: undefined,
  type: 'parallel' as const,
  policy: 'block',
  control: { abort() {}, awaited() {}, grant() {}, prioritize() {} },
}

export function makeCall(
  id: number,
  priority: PriorityIndex = NORMAL,
  options: Partial<CallOptions> = {},
): Call {
  return new Call(id, task, 'method', [], { ...LIBRARY_DEFAULTS, priority, ...options }, options.key)
}
