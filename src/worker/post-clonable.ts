/** Posts a user's value: transfers what was requested or cannot be cloned, and recognizes a refusal. */
import { STREAMS, TRANSFER_RESULT } from '../wire/protocol.ts'
import { postValue } from '../wire/post.ts'
import { transferListOf } from '../wire/transfer.ts'
import type { Job, PagePort } from './task-context.ts'

/** What is transferred with a value that a handler returned; undefined if the value is cloned. */
export function resultListOf(job: Job, value: object): readonly Transferable[] | 'auto' | undefined {
  const marked = transferListOf(value)
  // An empty list means that nothing is transferred; 'auto' checks the other values itself.
  return marked?.length !== 0 && (job.flags & TRANSFER_RESULT) !== 0 ? 'auto' : marked
}

/**
 * Posts a message; see {@link postValue}. `withStream` replaces the message if a ReadableStream is transferred: the page
 * ends it when the worker is gone.
 *
 * @throws Refusal
 */
export function postClonable(
  port: PagePort,
  message: unknown,
  value: unknown,
  list?: readonly Transferable[] | 'auto',
  path = 'result',
  withStream: () => unknown = () => [STREAMS, message],
): void {
  postValue((plain, moved) => post(port, plain, moved, withStream), message, value, path, list)
}

function post(
  port: PagePort,
  message: unknown,
  list: readonly Transferable[] | undefined,
  withStream: () => unknown,
): void {
  if (list === undefined || list.length === 0) port.postMessage(message)
  else port.postMessage(list.some(isReadable) ? withStream() : message, list as Transferable[])
}

function isReadable(item: unknown): boolean {
  return typeof ReadableStream === 'function' && item instanceof ReadableStream
}
