/** A generator method that is called like any other: its items are read by nobody. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { drain, makeLab } from '../support/lab.ts'

const handlers = () => ({
  *count(to: number) {
    for (let item = 1; item <= to; item++) yield item
  },
  *letters() {
    yield 'a'
  },
})

const warned = () => vi.mocked(console.warn).mock.calls.map(([message]) => String(message))

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the items of a generator method', () => {
  it('are missed aloud when nobody reads them, once for a method', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { task, settle, runtime } = makeLab(handlers, { maxWorkers: 2 })
    const calls = [task.count(2), task.count(3)] as unknown as Promise<unknown>[]
    for (const call of calls) call.catch(() => {})
    await settle()
    expect(warned()).toEqual([expect.stringContaining('lab.count (call-1) is a generator method')])
    runtime.dispose()
    await drain()
  })

  it('are waited for in silence by who reads them', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { task, settle } = makeLab(handlers)
    const items: unknown[] = []
    const read = (async () => {
      for await (const item of task.letters()) items.push(item)
    })()
    await settle()
    await read
    expect(items).toEqual(['a'])
    expect(warned()).toEqual([])
  })
})
