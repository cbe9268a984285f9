/** The handlers behind poolifier; a worker's result cannot be transferred. */
import { ThreadWorker } from 'poolifier-web-worker'
import { echo, handlers } from './handlers.ts'

const worker: unknown = new ThreadWorker({ ...handlers, swap: echo } as unknown as Record<
  string,
  (data?: unknown) => unknown
>)
export default worker
