/** Encodes arguments with a task's codecs, before the call exists. The call is then created and fails with any error. */
import * as failures from '../errors/failures.ts'
import type { CodecsInUse } from '../types/codec.ts'
import { Refusal } from '../wire/refusal.ts'

/** Arguments in their wire form, or the error that encoding them threw. */
export interface EncodedArgs {
  readonly args: readonly unknown[]
  readonly failure?: { readonly error: unknown }
}

/** Runs user code. */
export function encodeArgs(args: readonly unknown[], codecs: CodecsInUse): EncodedArgs {
  try {
    return { args: codecs.encodeArgs(args) }
  } catch (error) {
    return { args: [], failure: { error } }
  }
}

/** The error that the caller gets if its arguments failed before the call was created. */
export function argsError(call: failures.FailingCall, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  return failures.unclonable(call, 'clone-args', error.culprit, error.cause)
}
