/** The key of a call: what its options say, else what the task's `keyOf` makes of its arguments. */
import type { CallOptions } from '../call/call.ts'
import type { ResolvedTaskConfig } from './task-options.ts'

/** A key, or what `keyOf` threw. */
export interface DerivedKey {
  readonly key: string | undefined
  readonly failure?: { readonly error: unknown }
}

/** `''` is no key. */
export function deriveKey(
  { keyOf }: Pick<ResolvedTaskConfig, 'keyOf'>,
  args: readonly unknown[],
  options: CallOptions,
): DerivedKey {
  if (options.key !== undefined || keyOf === undefined) return options
  try {
    return { key: Reflect.apply(keyOf, undefined, args as never[]) || undefined }
  } catch (error) {
    return { key: undefined, failure: { error } }
  }
}
