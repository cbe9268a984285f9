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

/** What the page's side needs to run one. */
interface CallbackHost {
  tell(fn: () => void): void
  now(): number
}

export interface CallbackSeam {
  /** Takes callbacks out of a call's arguments; null where there are none. */
  take(call: Call): ArgsWithCallbacks | null
  /** Whether the page is at one of them, and its handler may wait for that. */
  isAwaited(call: Call): boolean
  /** A handler has called one: runs it, once the host says that users' code may run, and answers. */
  called(call: Call, message: readonly unknown[], post: Post, host: CallbackHost): void
}

export const callbackSeam: { used: CallbackSeam | null } = /* @__PURE__ */ oneInstance('callbacks', () => ({
  used: null,
}))
