/** What a component makes as it renders is another object each time: no crash, no flood of calls, and words that help. */
import { act, render, renderHook, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type TaskOptions,
  taskOptions,
  useSuspenseTaskQuery,
  useTask,
  useTaskQuery,
  keepPrevious,
  taskQuery,
} from 'atelier-react'
import { Component, type ReactNode, Suspense, useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { describeHook, gate, inRuntime, macrotasks, saidOnConsole, useWorld } from './support.tsx'
import { createFakeWorker } from 'atelier-react/testing'

type Sized = { size(value: unknown): Promise<number> }
type Dated = { size(what: string, value: unknown): Promise<number> }

/** Arguments as a component makes them. */
const made: Record<string, () => unknown> = {
  Map: () => new Map([[1, 2]]),
  Set: () => new Set([1]),
  Float32Array: () => new Float32Array(4),
  ArrayBuffer: () => new ArrayBuffer(4),
  Blob: () => new Blob(['text']),
  'an instance': () => new URLSearchParams('a=1'),
  'a Map within': () => ({ list: [new Map()] }),
  'a random number': () => Math.random(),
}

class Boundary extends Component<{ children: ReactNode }> {
  override state: { error?: Error } = {}
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    return this.state.error ? <b>{this.state.error.message}</b> : this.props.children
  }
}

let clocks = 0

describeHook('an argument that is made in render', ({ compiled: isCompiled }) => {
  const world = useWorld()

  function sizes() {
    let calls = 0
    const task: TaskOptions<Sized> = world.task<Sized>({ size: async () => ++calls })
    return { task, calls: () => calls }
  }

  // The compiler keeps what a component makes out of nothing, and there is nothing to say.
  const help = isCompiled ? /^\d$|useMemo\(\).*key/ : /useMemo\(\).*key/

  it.each(Object.entries(made))('useTaskQuery: %s', async (_name, make) => {
    const { task, calls } = sizes()
    let renders = 0
    function Asking({ turn }: { turn: number }) {
      count()
      const query = useTaskQuery(taskQuery(task, 'size', make()), { placeholderData: keepPrevious })
      return <b title={`${turn}`}>{query.status === 'error' ? query.error.message : query.data}</b>
    }
    const count = () => void renders++
    const page = (turn: number) => (
      <AtelierProvider runtime={runtime}>
        <Asking turn={turn} />
      </AtelierProvider>
    )
    const runtime = world.runtime()
    await saidOnConsole(async () => {
      const { rerender, container } = render(page(0))
      for (let turn = 0; turn < 10; turn++) {
        await act(() => macrotasks(4))
        rerender(page(turn))
      }
      await waitFor(() => expect(container.textContent).toMatch(help))
    })
    expect(calls()).toBeLessThanOrEqual(1)
    expect(renders).toBeLessThan(200)
  })

  it.each(Object.entries(made))('useSuspenseTaskQuery: %s', async (_name, make) => {
    const { task, calls } = sizes()
    function Asking() {
      return <b>{useSuspenseTaskQuery(taskQuery(task, 'size', make())).data}</b>
    }
    const runtime = world.runtime()
    await saidOnConsole(async () => {
      const { container } = render(
        <AtelierProvider runtime={runtime}>
          <Boundary>
            <Suspense fallback="loading">
              <Asking />
            </Suspense>
          </Boundary>
        </AtelierProvider>,
      )
      await waitFor(() => expect(container.textContent).toMatch(/^\d+$|useMemo\(\).*key/), { timeout: 4_000 })
      if (!isCompiled) expect(container.textContent).toMatch(help)
      const seen = calls()
      await act(() => macrotasks(10))
      expect(calls()).toBe(seen)
    })
    expect(calls()).toBeLessThan(10)
  })

  describe('that is the same while a render lasts, as Date.now() is', () => {
    /** A clock that goes on whenever a handler runs. */
    function clocked() {
      let now = 1_000
      let calls = 0
      const size = async () => {
        now++
        return ++calls
      }
      // What is said once is said once for each task.
      const taskName = `clocked ${++clocks}`
      return { task: world.task<Dated>({ size }, { taskName }), calls: () => calls, now: () => now }
    }
    const kinds: Record<string, (now: number) => unknown> = {
      'a number': (now) => now,
      'a Date': (now) => new Date(now),
      'within an object': (now) => ({ from: 0, to: new Date(now).toISOString() }),
    }

    it.each(Object.entries(kinds))('useTaskQuery: %s', async (_name, make) => {
      const { task, calls, now } = clocked()
      const runtime = world.runtime()
      const said = await saidOnConsole(async () => {
        const { result, rerender } = renderHook(
          () => {
            // What the compiler would keep.
            'use no memo'
            return useTaskQuery(taskQuery(task, 'size', 'fixed', make(now())))
          },
          { wrapper: inRuntime(runtime) },
        )
        await waitFor(() => expect(result.current.status).toBe('error'))
        expect(result.current.error?.message).toMatch(
          /useTaskQuery\(clocked \d+, 'size'\) was not called: args\[1\] .*argsKey/,
        )
        expect(calls()).toBeLessThanOrEqual(12)
        // Whoever renders the component asks again; the query itself no longer does.
        for (let turn = 0; turn < 5; turn++) {
          rerender()
          await act(() => macrotasks(20))
        }
        expect(calls()).toBeLessThanOrEqual(20)
      })
      expect(said.filter((text) => /args\[1\]/.test(text))).toHaveLength(1)
      expect(said.join()).toMatch(/useTaskQuery\(clocked \d+, 'size'\)/)
    })

    it('useSuspenseTaskQuery', async () => {
      const { task, calls, now } = clocked()
      function Asking() {
        'use no memo'
        return <b>{useSuspenseTaskQuery(taskQuery(task, 'size', 'fixed', now())).data}</b>
      }
      const runtime = world.runtime()
      await saidOnConsole(async () => {
        const { container } = render(
          <AtelierProvider runtime={runtime}>
            <Boundary>
              <Suspense fallback="loading">
                <Asking />
              </Suspense>
            </Boundary>
          </AtelierProvider>,
        )
        await waitFor(() => expect(container.textContent).toMatch(help), { timeout: 4_000 })
      })
      expect(calls()).toBeLessThan(10)
    })

    it('a list of pages that is read one after another, each set while its component renders, is none', async () => {
      const task = world.task<Sized>({ size: async (page: unknown) => (page as number) + 1 })
      const { result } = renderHook(
        () => {
          const [page, setPage] = useState(0)
          const query = useTaskQuery(taskQuery(task, 'size', page))
          if (query.status === 'success' && query.data < 30) setPage(query.data)
          return query
        },
        { wrapper: inRuntime(world.runtime()) },
      )
      await waitFor(() => expect(result.current.data).toBe(30), { timeout: 4_000 })
    })

    it('another one at each event is none, however fast they come and however busy the worker is', async () => {
      const { task, now } = clocked()
      const busy = gate<number>()
      const slow = world.task<Dated>({ size: () => busy.passed }, { maxWorkers: 1 })
      for (const asked of [task, slow]) {
        const { result, rerender } = renderHook(
          ({ frame }: { frame: number }) => useTaskQuery(taskQuery(asked, 'size', 'fixed', frame)),
          { wrapper: inRuntime(world.runtime()), initialProps: { frame: now() } },
        )
        for (let frame = 0; frame < 40; frame++) {
          rerender({ frame })
          if (frame % 2 === 0) await act(() => macrotasks(1))
        }
        expect(result.current.status).not.toBe('error')
        busy.open(1)
        await waitFor(() => expect(result.current.status).toBe('success'))
      }
    })
  })

  it.each(['useMemo', 'key', 'state'] as const)('is one query when it is kept: %s', async (how) => {
    const { task, calls } = sizes()
    const map = new Map()
    const { result, rerender } = renderHook(
      () => {
        const [kept] = useState(() => new Map())
        const value = how === 'key' ? new Map() : how === 'state' ? kept : map
        return useTaskQuery(taskQuery(task, 'size', value), how === 'key' ? { argsKey: 'one' } : {})
      },
      { wrapper: inRuntime(world.runtime()) },
    )
    await waitFor(() => expect(result.current.data).toBe(1))
    for (let i = 0; i < 5; i++) rerender()
    await act(() => macrotasks())
    expect(calls()).toBe(1)
    expect(result.current.status).toBe('success')
  })

  it('another one at each event is another query each time, and no mistake', async () => {
    const { task, calls } = sizes()
    const { result, rerender } = renderHook(
      ({ value }: { value: unknown }) => useTaskQuery(taskQuery(task, 'size', value)),
      { wrapper: inRuntime(world.runtime()), initialProps: { value: new Map() as unknown } },
    )
    for (let i = 0; i < 12; i++) rerender({ value: new Map() })
    await waitFor(() => expect(result.current.status).toBe('success'))
    expect(calls()).toBeGreaterThan(0)
  })

  it('a state that is adjusted while the component renders is none', async () => {
    const { task } = sizes()
    const { result, rerender } = renderHook(
      ({ text }: { text: string }) => {
        const [last, setLast] = useState(text)
        const [page, setPage] = useState(() => new Map([[text, 3]]))
        if (last !== text) {
          setLast(text)
          setPage(new Map([[text, 0]]))
        }
        return useTaskQuery(taskQuery(task, 'size', [text, page]))
      },
      { wrapper: inRuntime(world.runtime()), initialProps: { text: 'a' } },
    )
    rerender({ text: 'b' })
    rerender({ text: 'c' })
    await waitFor(() => expect(result.current.status).toBe('success'))
  })

  it('a result of NaN with keepPrevious renders as any other', async () => {
    const task = world.task({ half: async (text: string) => Number(text) / 2 })
    const { result, rerender } = renderHook(
      ({ text }: { text: string }) =>
        useTaskQuery(taskQuery(task, 'half', text), { placeholderData: keepPrevious }),
      { wrapper: inRuntime(world.runtime()), initialProps: { text: 'no number' } },
    )
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', data: Number.NaN }))
    rerender({ text: '4' })
    expect(result.current.data).toBeNaN()
    await waitFor(() => expect(result.current.data).toBe(2))
  })

  it('large arguments are compared once, and said to be large', async () => {
    const task: TaskOptions<{ find(list: object[], text: string): Promise<number> }> = world.task({
      find: async (list: object[], text: string) => list.length + text.length,
    })
    let reads = 0
    const list = Array.from({ length: 12_000 }, (_, id) => ({
      get id() {
        reads++
        return id
      },
      name: `name ${id}`,
    }))
    const said = await saidOnConsole(async () => {
      const { result, rerender } = renderHook(
        ({ text }: { text: string }) =>
          useTaskQuery(taskQuery(task, 'find', list, text), { placeholderData: keepPrevious }),
        { wrapper: inRuntime(world.runtime()), initialProps: { text: 'a' } },
      )
      await waitFor(() => expect(result.current.status).toBe('success'))
      const clones = reads
      reads = 0
      rerender({ text: 'ab' })
      // The call itself reads them, when it is made.
      await waitFor(() => expect(result.current.data).toBe(12_002))
      expect(reads).toBeLessThanOrEqual(12_000)
      expect(clones).toBeGreaterThan(12_000)
    })
    for (const text of said)
      expect(text).toMatch(/took \d+ ms of the page to compare its large arguments.*key/)
  })
})

describe('task options that are made in render', () => {
  const world = useWorld()
  const makeOptions = (more: { taskName?: string } = {}) =>
    taskOptions<Sized>({
      type: 'parallel',
      maxWorkers: 1,
      worker: () => createFakeWorker({ handlers: { size: async () => 7 } }),
      ...more,
    })

  afterEach(() => vi.unstubAllEnvs())

  it('development says where they belong, and the query comes to its result', async () => {
    const runtime = world.runtime()
    let calls = 0
    const said = await saidOnConsole(async () => {
      const { result, rerender } = renderHook(
        () => {
          // What the compiler would keep.
          'use no memo'
          return useTaskQuery(
            taskQuery(
              taskOptions<Sized>({
                type: 'parallel',
                maxWorkers: 1,
                taskName: 'inside',
                worker: () => createFakeWorker({ handlers: { size: async () => ++calls } }),
              }),
              'size',
              'a',
            ),
          )
        },
        { wrapper: inRuntime(runtime) },
      )
      for (let i = 0; i < 4; i++) rerender()
      await waitFor(() => expect(result.current.data).toBe(1))
      rerender()
      await act(() => macrotasks(4))
      expect(result.current.data).toBe(1)
    })
    expect(said.join()).toMatch(/Define it once, at module scope/)
    expect(calls).toBe(1)
    expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(1)
  })

  it('production throws the second definition of one component', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const runtime = world.runtime()
    await saidOnConsole(() => {
      const { rerender } = renderHook(
        () => {
          'use no memo'
          return useTask(makeOptions({ taskName: 'inside' }))
        },
        { wrapper: inRuntime(runtime), reactStrictMode: false },
      )
      expect(() => rerender()).toThrow(/useTask\(\).*Define it once, at module scope/)
    })
  })

  it('production throws the definition of a second component', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const runtime = world.runtime()
    await saidOnConsole(() => {
      const mount = () =>
        renderHook(() => useTask(makeOptions({ taskName: 'inside' })), { wrapper: inRuntime(runtime) })
      mount()
      expect(mount).toThrow(/is already defined.*Define it once, at module scope/)
    })
  })

  it('a choice between two, or another at each event, is none', async () => {
    const runtime = world.runtime()
    const [one, two] = [makeOptions(), makeOptions()]
    const { result, rerender } = renderHook(({ options }) => useTask(options), {
      wrapper: inRuntime(runtime),
      initialProps: { options: one },
    })
    for (let i = 0; i < 6; i++) {
      rerender({ options: i % 2 ? one : two })
      expect(result.current).toBe(runtime.defineTask(i % 2 ? one : two))
    }
    for (let i = 0; i < 6; i++) rerender({ options: makeOptions() })
    expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(8)
    await act(() => macrotasks())
  })
})
