/** `runtime.abort`: finds the open calls that are meant, and aborts them. */
import type { Call } from '../call/call.ts'
import type { AbortTaskController } from '../lib/abort-task-controller.ts'
import { advice } from '../lib/warn.ts'
import { checkOptions, fail, flag, iterable, object, text } from '../lib/validate.ts'
import type { AbortTarget, AnyTask } from '../types/runtime.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'

/** {@link AbortTarget} with its members flattened. */
interface Target {
  key?: string | undefined
  keys?: Iterable<string> | undefined
  sticky?: boolean | undefined
  task?: AnyTask | undefined
  method?: string | undefined
  callId?: string | undefined
}

const ALLOWED = () =>
  advice('{ key, task?, method? }, { key, sticky? }, { keys, sticky? }, { task, method? } or { callId }')

/** Aborts in one turn; returns how many calls were open. `pools` are those of a task, or all. */
export function abortCalls(
  what: AbortTarget,
  given: unknown,
  keys: AbortTaskController,
  pools: (task: AnyTask | undefined) => readonly WorkerPool[],
  turn: (fn: () => void) => void,
): number {
  const target: Target = checkOptions<Target>(
    'abort(what)',
    what,
    {
      key: text,
      keys: iterable,
      sticky: flag,
      task: (option, value) => object(option, value, 'a task, or its options'),
      method: text,
      callId: text,
    },
    ALLOWED(),
  )
  const { key, keys: several, sticky, task, method, callId } = target
  const isNarrow = task !== undefined || method !== undefined || callId !== undefined
  if (several !== undefined) {
    if (key !== undefined || isNarrow) fail('abort(what)', what, ALLOWED())
    return keys.abortMany(several, given, { sticky })
  }
  if (key !== undefined && !isNarrow) return keys.abort(key, given, { sticky })
  // A method without a task could belong to any task.
  if (sticky || (key === undefined && task === undefined && callId === undefined))
    fail('abort(what)', what, ALLOWED())
  const reason = given === undefined ? new DOMException('The call was aborted', 'AbortError') : given
  const isMeant = (call: Call): boolean =>
    (key === undefined || call.key === key) &&
    (method === undefined || call.method === method) &&
    (callId === undefined || call.callId === callId)
  let count = 0
  turn(() => {
    for (const pool of pools(task)) count += pool.abortWhere(isMeant, reason)
  })
  return count
}
