/** The handlers behind poolifier; a worker's result cannot be transferred. */
// First, so that it is run first.
import { scope } from './window.ts'
import { ThreadWorker } from 'poolifier-web-worker'
import { echo, handlers } from './handlers.ts'

const tasks = { ...handlers, swap: echo } as unknown as Record<string, (data?: unknown) => unknown>
Object.assign(scope, { poolifierWorker: new ThreadWorker(tasks) })
