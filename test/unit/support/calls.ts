/** Calls without a runtime, for the parts that only move them about. */
import { Call, type CallOptions, NORMAL, type PriorityIndex } from '../../../src/call/call.ts'
import { typeDefaults } from '../../../src/pool/singleton-worker.ts'
import { resolveTaskConfig } from '../../../src/options/task-options.ts'

const task = {
  taskId: 'task',
  taskName: undefined,
  type: 'parallel' as const,
  policy: 'block',
  control: { abort() {}, grant() {}, prioritize() {} },
}

/** What a call has that says nothing itself. */
export const callDefaults: CallOptions = resolveTaskConfig(
  {
    type: 'parallel',
    worker: () => {
      throw new Error('no worker here')
    },
  },
  typeDefaults,
).calls.defaults

export function makeCall(
  id: number,
  priority: PriorityIndex = NORMAL,
  options: Partial<CallOptions> = {},
): Call {
  return new Call(id, task, 'method', [], { ...callDefaults, priority, ...options }, options.key)
}
