/** Where callbacks hook in: the code that carries them is there once `callback()` was called. */
import type { Call } from '../call/call.ts'
import { oneInstance } from '../lib/one-instance.ts'
import type { Post } from '../wire/post.ts'
import type { WireCallback } from '../wire/protocol.ts'

/** The arguments as they are sent, and what stood in them. */
export interface ArgsWithCallbacks {
  readonly args: readonly unknown[]
  readonly callbacks: readonly WireCallback[]
}

export interface CallbackSeam {
  /** Takes callbacks out of a call's arguments; null where there are none. */
  take(call: Call): ArgsWithCallbacks | null
  /** A handler has called one: runs it, once `tell` says that users' code may run, and answers. */
  called(call: Call, message: readonly unknown[], post: Post, tell: (fn: () => void) => void): void
}

export const callbackSeam: { used: CallbackSeam | null } = /* @__PURE__ */ oneInstance('callbacks', () => ({
  used: null,
}))
