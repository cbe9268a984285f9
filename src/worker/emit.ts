/** `emit` for code outside handlers: it has to find its worker. */
import type { EmitArgs } from '../types/conversation.ts'
import { currentEmit } from './task-context.ts'

/**
 * Sends an event to the page: `task.control.on('changed', listener)` hears it. It is there for the whole life of the worker, in a
 * handler and outside; `taskContext().emit` is the same. See {@link Emit} for what is sent.
 *
 * Give the types as `emit<Extra>('changed', { rows: 3 })`; see {@link TaskApi}.
 *
 * @throws Error before `createTaskWorker`, and where several workers without a thread run on the page and it was called after the
 * first `await` of a handler: `taskContext().emit` knows its worker. DOMException `DataCloneError` for a payload that cannot be
 * cloned.
 */
export function emit<Extra = unknown>(...args: EmitArgs<Extra>): void {
  currentEmit()?.(...(args as unknown as [string]))
}
