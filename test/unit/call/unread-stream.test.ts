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

describe('a generator method that is awaited', () => {
  type Awaitable = Record<string, (...args: unknown[]) => Promise<unknown> & AsyncIterable<unknown>>
  const calls = () => {
    const lab = makeLab(() => ({
      ...handlers(),
      list: () => [1, 2],
    }))
    return { ...lab, task: lab.task as unknown as Awaitable }
  }
  const isStream = {
    name: 'TaskMethodError',
    code: 'is-stream',
    message: expect.stringContaining('it was awaited, but it is a generator method'),
  }

  it.each(['development', 'production'])('rejects, and gives its slot back: in %s', async (mode) => {
    vi.stubEnv('NODE_ENV', mode)
    const { task, settle } = calls()
    const results = Promise.allSettled([task['count']?.(2), task['list']?.()])
    await settle()
    expect(await results).toMatchObject([
      { status: 'rejected', reason: isStream },
      { status: 'fulfilled', value: [1, 2] },
    ])
    vi.unstubAllEnvs()
  })

  it('rejects also when it is awaited long after its first item', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { task, settle } = calls()
    const call = task['letters']?.()
    await settle()
    const result = call?.catch((error: unknown) => error)
    await settle()
    // `catch` does not wait for a value: who awaits the call itself does.
    await expect(call).rejects.toMatchObject(isStream)
    expect(await result).toMatchObject(isStream)
  })

  it('is read by who reads it, though somebody waits for its end', async () => {
    const { task, settle } = calls()
    const call = task['count']?.(2)
    const items: unknown[] = []
    const read = (async () => {
      for await (const item of call ?? []) items.push(item)
    })()
    const end = call?.then((value) => ['end', value])
    await settle()
    await read
    expect([items, await end]).toEqual([
      [1, 2],
      ['end', undefined],
    ])
  })

  it.each([1, 2])(
    'is told from a method whose items are asked for and that gives one result: call %i',
    async (nth) => {
      const { task, settle } = calls()
      if (nth > 1) {
        const first = task['list']?.()
        await settle()
        expect(await first).toEqual([1, 2])
      }
      const items = (async () => {
        for await (const item of task['list']?.() ?? []) throw new Error(`there is ${String(item)}`)
      })()
      const result = items.catch((error: unknown) => error)
      await settle()
      expect(await result).toMatchObject({
        code: 'no-stream',
        message: expect.stringContaining('it returns one result: await it, or use useTaskCall()'),
      })
    },
  )
})
