/** `taskQuery`: a query as a value, and the call that is made for it before its first reader. */
import { explicitKey, keyOfArgs } from '../lib/args-key.ts'
import { identityOf } from '../lib/task-identity.ts'
import { isKnown, Prefetched, queryId } from '../lib/known-queries.ts'
import { type Check, checkOptions, milliseconds, object, text } from '../lib/validate.ts'
import type { PrefetchOptions, QueryName, TaskQuery } from '../types/query.ts'
import type { ProgressOf } from '../types/conversation.ts'
import type { Task } from '../types/control.ts'
import type { ArgsOf, MethodOf, ResultOf, TaskCall, TaskOptions } from '../types/task.ts'

/** How long a result waits for its first reader, in ms. */
const GC_MS = 30_000

const CHECKS: { readonly [Name in keyof PrefetchOptions]-?: Check } = {
  argsKey: (option, value) => text(option, value, true),
  gcMs: milliseconds,
  with: (option, value) => object(option, value),
}

/**
 * Names a call whose result belongs to what is shown: for `useTaskQuery`, `useSuspenseTaskQuery` and `runtime.prefetch`. It asks
 * nothing; two queries are the same if task, method and arguments are. Write a function that makes it, and use that everywhere.
 *
 * @param task options from `taskOptions()`, which mean the task of the runtime that is asked, or a task.
 *
 * @example
 * const hitsOf = (text: string) => taskQuery(search, 'search', text)
 *
 * const hits = useTaskQuery(hitsOf(text))
 * const warm = () => runtime.prefetch(hitsOf(text))
 */
export function taskQuery<Api, Method extends MethodOf<Api>>(
  task: TaskOptions<Api> | Task<Api>,
  method: QueryName<Api, Method>,
  ...args: ArgsOf<Api, Method>
): TaskQuery<ArgsOf<Api, Method>, ResultOf<Api, Method>, ProgressOf<Api, Method>> {
  return { task, method, args, '~prefetch': prefetch as TaskQuery['~prefetch'] }
}

function prefetch(
  this: TaskQuery,
  define: <Api>(options: TaskOptions<Api>) => Task<Api>,
  given: PrefetchOptions,
): void {
  const { method, args } = this
  const { argsKey, gcMs = GC_MS, with: options } = checkOptions('prefetch(query, options)', given, CHECKS)
  const asked = this.task as TaskOptions<unknown> | Task<unknown>
  const task = (identityOf(asked) ? asked : define(asked as TaskOptions<unknown>)) as Task<unknown>
  const identity = identityOf(task) ?? task
  const id = queryId(method, argsKey === undefined ? keyOfArgs(args) : explicitKey(argsKey))
  if (isKnown(identity, id)) return
  const bound = options ? task.with(options) : task
  new Prefetched(identity, id, gcMs).call((ears) => {
    const call = Reflect.get(bound.with(ears), method) as (...given: readonly unknown[]) => TaskCall<unknown>
    return call(...args)
  })
}
