/** Who asks gets an answer: errors are tried again, results stay as long as somebody wants them, a call belongs to who made it. */
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type Task,
  type TaskOptions,
  TraceScope,
  useRuntime,
  useSpans,
  useSuspenseTaskQuery,
  useTaskCall,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
  useTrace,
  taskQuery,
  keepPrevious,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { Component, type ReactNode, Suspense, useEffect } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Activity, describeHook, gates, inRuntime, macrotasks, saidOnConsole, useWorld } from './support.tsx'

type Work = {
  work(text: string): Promise<string>
  other(text: string): Promise<string>
  items(text: string): AsyncGenerator<string>
}

class Boundary extends Component<{ children: ReactNode }> {
  override state: { error?: Error } = {}
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    if (!this.state.error) return this.props.children
    return (
      <button type="button" onClick={() => this.setState({ error: undefined })}>
        try again
      </button>
    )
  }
}

describeHook('asking again', () => {
  const world = useWorld()
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Handlers that fail as long as they are told to; the calls that they have seen. */
  function works() {
    const state = { fails: false }
    const calls: string[] = []
    const doors = gates<void>()
    const work = async (text: string) => {
      calls.push(text)
      const { signal } = taskContext()
      signal.addEventListener('abort', () => calls.push(`${text} aborted`))
      if (text.startsWith('slow')) await doors.at(text)
      if (state.fails) throw new RangeError(text)
      return text.toUpperCase()
    }
    const task: TaskOptions<Work> = world.task<Work>({
      work,
      other: async (text) => text,
      async *items(text) {
        yield await work(text)
      },
    })
    return { state, calls, doors, task }
  }

  describe('an error', () => {
    it('is tried again by who mounts, although another shows it', async () => {
      const { task, state, calls } = works()
      const runtime = world.runtime()
      state.fails = true
      const first = renderHook(() => useTaskQuery(taskQuery(task, 'work', 'a')), {
        wrapper: inRuntime(runtime),
      })
      await waitFor(() => expect(first.result.current.status).toBe('error'))
      expect(calls).toEqual(['a'])
      state.fails = false
      const seen: string[] = []
      const second = renderHook(
        () => {
          const query = useTaskQuery(taskQuery(task, 'work', 'a'))
          seen.push(query.status)
          return query
        },
        { wrapper: inRuntime(runtime) },
      )
      await waitFor(() => expect(second.result.current.data).toBe('A'))
      expect(first.result.current.data).toBe('A')
      expect(calls).toEqual(['a', 'a'])
      expect(seen).not.toContain('error')
    })

    it('is tried again when its boundary is reset, although another shows it', async () => {
      const { task, state, calls } = works()
      state.fails = true
      const Thrower = () => (
        <i>{useTaskQuery(taskQuery(task, 'work', 'a'), { throwOnError: true }).data ?? ''}</i>
      )
      const Shower = () => <b>{useTaskQuery(taskQuery(task, 'work', 'a')).status}</b>
      const runtime = world.runtime()
      await saidOnConsole(async () => {
        render(
          <AtelierProvider runtime={runtime}>
            <Boundary>
              <Thrower />
            </Boundary>
            <Shower />
          </AtelierProvider>,
        )
        await screen.findByText('try again')
      })
      expect(screen.getByText('error')).toBeTruthy()
      expect(calls).toEqual(['a'])
      state.fails = false
      act(() => screen.getByText('try again').click())
      await screen.findByText('A')
      expect(calls).toEqual(['a', 'a'])
    })
  })

  describe('a result', () => {
    const days = 24 * 3_600_000

    it.each([
      ['the longest of two readers', 60_000, 0, 59_000],
      ['the longest, whoever leaves last', 0, 60_000, 59_000],
      ['for longer than a timer of the host can', 2 ** 31, 0, 20 * days],
      ['forever', Number.POSITIVE_INFINITY, 0, 100 * days],
    ])('stays: %s', async (_what, one, two, later) => {
      const { task, calls } = works()
      const runtime = world.runtime()
      const readBy = (gcMs: number) =>
        renderHook(() => useTaskQuery(taskQuery(task, 'work', 'a'), { gcMs }), {
          wrapper: inRuntime(runtime),
        })
      const first = readBy(one)
      const second = readBy(two)
      await waitFor(() => expect(second.result.current.data).toBe('A'))
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      first.unmount()
      second.unmount()
      vi.advanceTimersByTime(later)
      expect(readBy(0).result.current).toMatchObject({ status: 'success', data: 'A' })
      expect(calls).toEqual(['a'])
    })

    it('with keepPrevious is never that of another method or task', async () => {
      const { task } = works()
      const { task: another } = works()
      const runtime = world.runtime()
      const { result, rerender } = renderHook(
        ({ of, method, text }: { of: TaskOptions<Work>; method: 'work' | 'other'; text: string }) =>
          useTaskQuery(taskQuery(of, method, text), { placeholderData: keepPrevious }),
        { wrapper: inRuntime(runtime), initialProps: { of: task, method: 'work', text: 'a' } },
      )
      await waitFor(() => expect(result.current.data).toBe('A'))
      rerender({ of: task, method: 'work', text: 'slow' })
      expect(result.current.activity).toMatch(/queued|running/)
      expect(result.current.data).toBe('A')
      rerender({ of: task, method: 'other', text: 'b' })
      expect(result.current.activity).toMatch(/queued|running/)
      expect(result.current.data).toBeUndefined()
      await waitFor(() => expect(result.current.data).toBe('b'))
      rerender({ of: another, method: 'other', text: 'slow' })
      expect(result.current.activity).toMatch(/queued|running/)
      expect(result.current.data).toBeUndefined()
      await waitFor(() => expect(result.current.data).toBe('slow'))
    })
  })

  describe('a long grace', () => {
    it.each(['useTaskCall', 'useTaskStream'] as const)('%s: is no short one', async (hook) => {
      const { task, calls, doors } = works()
      const runtime = world.runtime()
      const graceMs = 2 ** 31
      const { result, unmount } = renderHook(
        () => ({
          useTaskCall: useTaskCall(task, 'work', { abortAfterUnmountMs: graceMs }),
          useTaskStream: useTaskStream(task, 'items', { abortAfterUnmountMs: graceMs }),
        }),
        { wrapper: inRuntime(runtime) },
      )
      act(() => result.current[hook].run('slow'))
      await act(() => doors.reached('slow'))
      unmount()
      await macrotasks(5)
      expect(calls).toEqual(['slow'])
      doors.open('slow')
      await waitFor(() => expect(runtime.getRuntimeSnapshot().tasks[0]?.counts.succeeded).toBe(1))
    })
  })

  describe('refetch', () => {
    it('calls as the component does that asks', async () => {
      const { task } = works()
      const runtime = world.runtime()
      const spans: (string | undefined)[] = []
      runtime.subscribeEvents((event) => event.kind === 'span' && spans.push(event.traceId))
      const traces = [runtime.createTrace('one'), runtime.createTrace('two')] as const
      const refetches: (() => void)[] = []
      const keep = (refetch: () => void, at: number) => void (refetches[at] = refetch)
      function Reader({ at }: { at: number }) {
        const { refetch, status } = useTaskQuery(taskQuery(task, 'work', 'a'))
        useEffect(() => keep(() => void refetch(), at), [refetch, at])
        return <i>{status}</i>
      }
      render(
        <AtelierProvider runtime={runtime}>
          {[0, 1].map((at) => (
            <TraceScope key={at} trace={traces[at]}>
              <Reader at={at} />
            </TraceScope>
          ))}
        </AtelierProvider>,
      )
      await waitFor(() => expect(spans).toHaveLength(1))
      for (const at of [1, 0, 1]) {
        const before = spans.length
        act(() => void refetches[at]?.())
        await waitFor(() => expect(spans).toHaveLength(before + 1))
      }
      expect(spans).toEqual([0, 1, 0, 1].map((at) => traces[at]?.traceId))
    })

    it('of useSuspenseTaskQuery as well', async () => {
      const { task } = works()
      const runtime = world.runtime()
      const spans: (string | undefined)[] = []
      runtime.subscribeEvents((event) => event.kind === 'span' && spans.push(event.traceId))
      const traces = [runtime.createTrace('one'), runtime.createTrace('two')] as const
      const refetches: (() => void)[] = []
      const keep = (refetch: () => void, at: number) => void (refetches[at] = refetch)
      function Reader({ at }: { at: number }) {
        const { data, refetch } = useSuspenseTaskQuery(taskQuery(task, 'work', 'a'))
        useEffect(() => keep(refetch, at), [refetch, at])
        return <i>{data}</i>
      }
      render(
        <AtelierProvider runtime={runtime}>
          <Suspense fallback="loading">
            {[0, 1].map((at) => (
              <TraceScope key={at} trace={traces[at]}>
                <Reader at={at} />
              </TraceScope>
            ))}
          </Suspense>
        </AtelierProvider>,
      )
      await waitFor(() => expect(refetches).toHaveLength(2))
      act(() => void refetches[1]?.())
      await waitFor(() => expect(spans).toHaveLength(2))
      expect(spans[1]).toBe(traces[1].traceId)
    })
  })

  describe('after the unmount', () => {
    /** What each hook offers, kept beyond its component. */
    function lateCalls(task: TaskOptions<Work>, text: string) {
      const late: Record<string, () => void> = {}
      const keep = (calls: Record<string, () => void>) => void Object.assign(late, calls)
      function Hooks() {
        const call = useTaskCall(task, 'work')
        const stream = useTaskStream(task, 'items')
        const query = useTaskQuery(taskQuery(task, 'work', text))
        const suspense = useSuspenseTaskQuery(taskQuery(task, 'work', text))
        useEffect(() =>
          keep({
            useTaskCall: () => call.run(text),
            useTaskStream: () => stream.run(text),
            useTaskQuery: () => void query.refetch(),
            useSuspenseTaskQuery: suspense.refetch,
          }),
        )
        return <i>{query.status}</i>
      }
      return { late, Hooks }
    }

    it.each(['useTaskCall', 'useTaskStream', 'useTaskQuery', 'useSuspenseTaskQuery'])(
      '%s: the call is made, and given up when its grace is over',
      async (hook) => {
        const { task, calls, doors } = works()
        const runtime = world.runtime()
        const { late, Hooks } = lateCalls(task, 'slow')
        doors.open('slow')
        const { unmount } = render(
          <AtelierProvider runtime={runtime}>
            <Suspense>
              <Hooks />
            </Suspense>
          </AtelierProvider>,
        )
        await screen.findByText('success')
        unmount()
        await macrotasks(4)
        calls.length = 0
        const counts = () => runtime.getRuntimeSnapshot().tasks[0]?.counts
        const before = counts()?.canceled ?? 0
        late[hook]?.()
        const isOver = () =>
          (counts()?.canceled ?? 0) > before || calls.filter((text) => text === 'slow').length > 0
        await waitFor(() => expect(isOver()).toBe(true))
        await waitFor(() =>
          expect(runtime.getRuntimeSnapshot().tasks[0]?.queue).toMatchObject({ inFlight: 0, pending: 0 }),
        )
      },
    )

    it.each(['useTaskCall', 'useTaskStream', 'useTaskQuery', 'useSuspenseTaskQuery'])(
      "%s: of the provider's own runtime nothing is left",
      async (hook) => {
        const { task, doors } = works()
        doors.open('slow')
        const { late, Hooks } = lateCalls(task, 'slow')
        const { unmount } = render(
          <AtelierProvider graceMs={0}>
            <Suspense>
              <Hooks />
            </Suspense>
          </AtelierProvider>,
        )
        await screen.findByText('success')
        unmount()
        await waitFor(() => expect(world.live.size).toBe(0))
        late[hook]?.()
        await macrotasks(4)
        await waitFor(() => expect(world.live.size).toBe(0), { timeout: 4_000 })
      },
    )

    it('tells no callback', async () => {
      const { task } = works()
      const told = vi.fn<() => void>()
      const { result, unmount } = renderHook(
        () => useTaskCall(task, 'work', { abortAfterUnmountMs: Number.POSITIVE_INFINITY, onSettled: told }),
        { wrapper: inRuntime(world.runtime()) },
      )
      unmount()
      expect(await result.current.runAsync('late')).toBe('LATE')
      expect(told).not.toHaveBeenCalled()
    })
  })

  describe('useTaskSnapshot', () => {
    it('tells of a task of another runtime, and not of its namesake here', async () => {
      const [here, there] = [world.runtime(), world.runtime()]
      const handlers = { work: async (text: string) => text }
      const named = (): TaskOptions<typeof handlers> => world.task(handlers, { taskId: 'same' })
      here.defineTask<typeof handlers>(named())
      const task: Task<typeof handlers> = there.defineTask<typeof handlers>(named())
      const { result } = renderHook(() => useTaskSnapshot(task, ({ counts }) => counts.succeeded), {
        wrapper: inRuntime(here),
      })
      await act(() => task.work('a'))
      await waitFor(() => expect(result.current).toBe(1))
    })
  })

  describe('useTrace', () => {
    it.each([
      [true, false, []],
      [false, true, ['work']],
    ])('follows endOnUnmount from %s to %s', async (first, then, ended) => {
      const runtime = world.runtime()
      const names: string[] = []
      runtime.subscribeEvents((event) => event.kind === 'trace' && names.push(event.traceName ?? ''))
      const { result, rerender, unmount } = renderHook(
        ({ endOnUnmount }: { endOnUnmount: boolean }) => useTrace('work', { endOnUnmount }),
        { wrapper: inRuntime(runtime), initialProps: { endOnUnmount: first } },
      )
      rerender({ endOnUnmount: then })
      unmount()
      await macrotasks(6)
      await waitFor(() => expect(names).toEqual(ended))
      result.current.end()
    })

    it('of a name and key is no other, wherever the colon stands', () => {
      const { result } = renderHook(
        () => [useTrace('doc', { key: '1:2' }), useTrace('doc:1', { key: '2' })] as const,
        { wrapper: inRuntime(world.runtime()) },
      )
      const [one, two] = result.current
      expect(one.traceId).not.toBe(two.traceId)
    })
  })

  it.runIf(Activity)('useSpans begins with none when it is shown again', async () => {
    const { task } = works()
    const runtime = world.runtime()
    const lists: number[] = []
    function Spans() {
      const spans = useSpans()
      lists.push(spans.length)
      return <i>{spans.map(({ method }) => method).join()}</i>
    }
    const page = (mode: 'visible' | 'hidden') => (
      <AtelierProvider runtime={runtime}>
        <Activity mode={mode}>
          <Spans />
        </Activity>
      </AtelierProvider>
    )
    const { rerender, container } = render(page('visible'))
    await act(() => runtime.defineTask<Work>(task).work('a'))
    await waitFor(() => expect(container.textContent).toBe('work'))
    rerender(page('hidden'))
    await act(() => runtime.defineTask<Work>(task).work('b'))
    rerender(page('visible'))
    await waitFor(() => expect(container.textContent).toBe(''))
    await act(() => runtime.defineTask<Work>(task).other('c'))
    await waitFor(() => expect(container.textContent).toBe('other'))
  })

  it('a disposed runtime: the state says so, and the tree renders on', async () => {
    const { task, doors } = works()
    const runtime = world.runtime()
    const { result, rerender } = renderHook(
      () => {
        useRuntime()
        useTrace('page')
        return { call: useTaskCall(task, 'work'), stream: useTaskStream(task, 'items') }
      },
      { wrapper: inRuntime(runtime) },
    )
    act(() => result.current.call.run('slow'))
    await act(() => doors.reached('slow'))
    await act(async () => runtime.dispose())
    await waitFor(() => expect(result.current.call.status).toBe('error'))
    rerender()
    act(() => result.current.call.run('again'))
    await waitFor(() =>
      expect(result.current.call).toMatchObject({ status: 'error', error: { name: 'TaskDisposedError' } }),
    )
  })

  it('an object that is thrown and is no error reads by its words', async () => {
    const thrown = { name: 'ExitStatus', message: 'exit(3)', status: 3 }
    const task = world.task({
      async work() {
        throw thrown
      },
    })
    const { result } = renderHook(() => useTaskCall(task, 'work'), { wrapper: inRuntime(world.runtime()) })
    act(() => result.current.run())
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(result.current.error).toMatchObject({ name: 'ExitStatus', message: 'exit(3)', cause: thrown })
  })
})
