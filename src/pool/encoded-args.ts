/** The arguments of a call of a task with codecs, before there is a call: what fails is told to its caller once there is one. */
import * as failures from '../errors/failures.ts'
import type { CodecsInUse } from '../types/codec.ts'
import { Refusal } from '../wire/refusal.ts'

/** Arguments as they travel, or why they cannot. */
export interface EncodedArgs {
  readonly args: readonly unknown[]
  readonly failure?: { readonly error: unknown }
}

/** Runs code of the user's. */
export function encodeArgs(args: readonly unknown[], codecs: CodecsInUse): EncodedArgs {
  try {
    return { args: codecs.encodeArgs(args) }
  } catch (error) {
    return { args: [], failure: { error } }
  }
}

/** The error that the caller gets when its arguments failed before the call was made. */
export function argsError(call: failures.FailingCall, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  return failures.unclonable(call, 'clone-args', error.culprit, error.cause)
}
