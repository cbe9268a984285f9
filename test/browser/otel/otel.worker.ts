/** Handlers that show how a trace goes on inside a worker. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'

const handlers = {
  add: (a: number, b: number) => a + b,
  async count() {
    return await Promise.resolve(1)
  },
  fail(message: string): never {
    throw new RangeError(message)
  },
  /** Runs until it is aborted. */
  wait(): Promise<never> {
    const { signal } = taskContext()
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  },
  /** One span of each kind: synchronous, nested across an await, failing. */
  async spans(label: string) {
    const { span } = taskContext()
    span('parse', { attributes: { label } }, () => label.length)
    await span('outer', async (outer) => {
      await outer.span('inner', { attributes: { depth: 2 } }, (inner) => inner.pause())
      await outer.span('second', async () => {
        await Promise.resolve()
      })
    })
    await span('broken', () => Promise.reject(new RangeError('out of range'))).catch(() => {})
    return label
  },
  /** Dies on its first attempt. */
  dieOnce(): number | Promise<never> {
    const { attempt } = taskContext()
    if (attempt > 1) return attempt
    ;(globalThis as unknown as { close(): void }).close()
    return new Promise(() => {})
  },
  /** The trace goes on in the worker's own request. */
  async request(url: string) {
    const { traceparent } = taskContext()
    const headers: HeadersInit = traceparent ? { traceparent } : {}
    const response = await fetch(url, { method: 'POST', headers })
    return response.status
  },
}

createTaskWorker(handlers)

export type OtelApi = typeof handlers
