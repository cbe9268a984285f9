/** The key of a call: what its options say, else what the task's `keyOf` makes of its arguments. */
import type { CallOptions } from '../call/call.ts'
import { text } from '../lib/validate.ts'
import type { ResolvedTaskConfig } from './task-options.ts'

/** A key, or what `keyOf` threw. */
export interface DerivedKey {
  readonly key: string | undefined
  readonly failure?: { readonly error: unknown }
}

/** `''` is no key: given with `with()` it leaves the choice to `keyOf`. What is no text fails the call, as a `keyOf` that throws does. */
export function deriveKey(
  { keyOf }: Pick<ResolvedTaskConfig, 'keyOf'>,
  args: readonly unknown[],
  options: CallOptions,
): DerivedKey {
  if (options.key !== undefined || keyOf === undefined) return options
  try {
    const key = Reflect.apply(keyOf, undefined, args as never[])
    return { key: key ? text('keyOf(…)', key, true) : undefined }
  } catch (error) {
    return { key: undefined, failure: { error } }
  }
}
