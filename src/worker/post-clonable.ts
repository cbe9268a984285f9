/** Posts a value of the user's: transfers what it is told to or what has no clone, and knows a refusal when it sees one. */
import { STREAMS, TRANSFER_RESULT } from '../wire/protocol.ts'
import { postValue } from '../wire/post.ts'
import { transferListOf } from '../wire/transfer.ts'
import type { Job, PagePort } from './task-context.ts'

/** What is transferred with a value that a handler gave; nothing where the value is cloned. */
export function resultListOf(job: Job, value: object): readonly Transferable[] | 'auto' | undefined {
  const marked = transferListOf(value)
  // An empty one says that nothing is to be transferred; 'auto' looks at the others itself.
  return marked?.length !== 0 && (job.flags & TRANSFER_RESULT) !== 0 ? 'auto' : marked
}

/**
 * Posts a message; see {@link postValue}. `withStream` stands in for the message where a ReadableStream is transferred: the page
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
