/** `runtime.prefetch`: the call is made before anybody reads, and belongs to the component that reads first. */
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  taskQuery,
  type TaskQueryState,
  type TaskRuntime,
  useSuspenseTaskQuery,
  useTaskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { Suspense } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { describeHook, gates, inRuntime, macrotasks, until, useWorld } from './support.tsx'

describeHook('prefetch', () => {
  const world = useWorld()
  afterEach(() => vi.useRealTimers())

  function outlines() {
    const doors = gates<void>()
    const calls: string[] = []
    const task = world.task({
      async outline(text: string, options?: { deep: boolean }) {
        const { signal, progress } = taskContext()
        calls.push(text)
        signal.addEventListener('abort', () => calls.push(`${text} aborted`))
        progress('reading')
        await doors.at(text)
        if (text === 'bad') throw new RangeError('bad text')
        return `${text.toUpperCase()} ${options?.deep ?? ''}`.trim()
      },
    })
    return { doors, calls, task, outlineOf: (text: string) => taskQuery(task, 'outline', text) }
  }

  const succeeded = (runtime: TaskRuntime) => runtime.getRuntimeSnapshot().tasks[0]?.counts.succeeded ?? 0

  it.each([{}, null, undefined, 'outline'])('refuses what taskQuery() did not make: %s', (query) => {
    const runtime = world.runtime()
    expect(() => runtime.prefetch(query as never)).toThrow(
      'Invalid option "query": expected what taskQuery() makes',
    )
  })

  it('a result that is there is shown by the first render', async () => {
    const { doors, calls, outlineOf } = outlines()
    const runtime = world.runtime()
    runtime.prefetch(outlineOf('a'))
    doors.open('a')
    await until(() => succeeded(runtime) === 1)
    await act(() => macrotasks())
    const seen: TaskQueryState<readonly unknown[], string>[] = []
    const { result } = renderHook(
      () => {
        const query = useTaskQuery(outlineOf('a'))
        seen.push(query)
        return query
      },
      { wrapper: inRuntime(runtime) },
    )
    await act(() => macrotasks())
    for (const query of seen) expect(query).toMatchObject({ status: 'success', activity: 'none', data: 'A' })
    expect(calls).toEqual(['a'])
    // It is the component's from then on: asked again, it is called again.
    await act(() => result.current.refetch())
    expect(calls).toEqual(['a', 'a'])
  })

  it('a call that is on its way is taken over, with what it has told', async () => {
    const { doors, calls, outlineOf } = outlines()
    const runtime = world.runtime()
    runtime.prefetch(outlineOf('a'))
    await act(() => doors.reached('a'))
    await act(() => macrotasks())
    const { result, unmount } = renderHook(() => useTaskQuery(outlineOf('a')), {
      wrapper: inRuntime(runtime),
    })
    await waitFor(() => expect(result.current).toMatchObject({ activity: 'running', progress: 'reading' }))
    expect(calls).toEqual(['a'])
    unmount()
    await waitFor(() => expect(calls).toEqual(['a', 'a aborted']))
  })

  it('useSuspenseTaskQuery does not suspend for a result that is there', async () => {
    const { doors, calls, outlineOf } = outlines()
    const runtime = world.runtime()
    runtime.prefetch(outlineOf('a'))
    doors.open('a')
    await until(() => succeeded(runtime) === 1)
    await act(() => macrotasks())
    let fallbacks = 0
    const Fallback = ({ text }: { text: string }) => {
      fallbacks++
      return <b>{text}</b>
    }
    const Reader = ({ text }: { text: string }) => <i>{useSuspenseTaskQuery(outlineOf(text)).data}</i>
    render(
      <AtelierProvider runtime={runtime}>
        <Suspense fallback={<Fallback text="loading" />}>
          <Reader text="a" />
        </Suspense>
      </AtelierProvider>,
    )
    expect(screen.getByText('A')).toBeTruthy()
    await act(() => macrotasks())
    expect(fallbacks).toBe(0)
    expect(calls).toEqual(['a'])
  })

  it('useSuspenseTaskQuery takes a call over that is on its way', async () => {
    const { doors, calls, outlineOf } = outlines()
    const runtime = world.runtime()
    runtime.prefetch(outlineOf('a'))
    await act(() => doors.reached('a'))
    const Reader = ({ text }: { text: string }) => <i>{useSuspenseTaskQuery(outlineOf(text)).data}</i>
    render(
      <AtelierProvider runtime={runtime}>
        <Suspense fallback="loading">
          <Reader text="a" />
        </Suspense>
      </AtelierProvider>,
    )
    await screen.findByText('loading')
    await act(async () => doors.open('a'))
    await screen.findByText('A')
    expect(calls).toEqual(['a'])
  })

  it('what is asked already is not asked once more, by whatever hook, and with equal arguments', async () => {
    const { doors, calls, task } = outlines()
    const runtime = world.runtime()
    const deep = (text: string) => taskQuery(task, 'outline', text, { deep: true })
    for (const text of ['a', 'b', 'c']) doors.open(text)
    for (let i = 0; i < 3; i++) runtime.prefetch(deep('a'))
    renderHook(() => useTaskQuery(deep('b')), { wrapper: inRuntime(runtime) })
    const Reader = ({ text }: { text: string }) => <i>{useSuspenseTaskQuery(deep(text)).data}</i>
    render(
      <AtelierProvider runtime={runtime}>
        <Suspense fallback="loading">
          <Reader text="c" />
        </Suspense>
      </AtelierProvider>,
    )
    await screen.findByText('C true')
    for (const text of ['b', 'c']) runtime.prefetch(deep(text))
    await act(() => macrotasks(4))
    expect(calls.toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('one that fails is forgotten: who reads it asks again', async () => {
    const { doors, calls, outlineOf } = outlines()
    const runtime = world.runtime()
    doors.open('bad')
    runtime.prefetch(outlineOf('bad'))
    await until(() => runtime.getRuntimeSnapshot().tasks[0]?.counts.failed === 1)
    await act(() => macrotasks())
    const { result } = renderHook(() => useTaskQuery(outlineOf('bad')), { wrapper: inRuntime(runtime) })
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(calls).toEqual(['bad', 'bad'])
  })

  it('goes after gcMs when nobody reads it, and with argsKey it is known by that', async () => {
    const { doors, calls, outlineOf } = outlines()
    const runtime = world.runtime()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    for (const text of ['a', 'b']) doors.open(text)
    runtime.prefetch(outlineOf('a'), { gcMs: 5_000 })
    runtime.prefetch(outlineOf('b'), { argsKey: 'letter', gcMs: Number.POSITIVE_INFINITY })
    await until(() => succeeded(runtime) === 2)
    act(() => void vi.advanceTimersByTime(4_999))
    runtime.prefetch(outlineOf('a'))
    await until(() => calls.length === 2)
    act(() => void vi.advanceTimersByTime(1))
    runtime.prefetch(outlineOf('a'))
    await until(() => calls.length === 3)
    vi.useRealTimers()
    const { result } = renderHook(() => useTaskQuery(outlineOf('other'), { argsKey: 'letter' }), {
      wrapper: inRuntime(runtime),
    })
    expect(result.current).toMatchObject({ status: 'success', data: 'B' })
  })

  it('belongs to one runtime, and takes options of the call', async () => {
    const { doors, calls, outlineOf } = outlines()
    const [one, two] = [world.runtime(), world.runtime()]
    doors.open('a')
    const heard: unknown[] = []
    one.prefetch(outlineOf('a'), { with: { onProgress: (value) => heard.push(value) } })
    await until(() => succeeded(one) === 1)
    expect(heard).toEqual(['reading'])
    const { result } = renderHook(() => useTaskQuery(outlineOf('a')), { wrapper: inRuntime(two) })
    await waitFor(() => expect(result.current.status).toBe('success'))
    expect(calls).toEqual(['a', 'a'])
    expect(() => one.prefetch(outlineOf('a'), { gcMs: -1 })).toThrow('"gcMs"')
  })

  it('an option that there is not is an error, which names those that there are', () => {
    const { calls, outlineOf } = outlines()
    const runtime = world.runtime()
    for (const [options, said] of [
      [{ staleTime: 5 }, /"staleTime".*one of argsKey, gcMs, with/],
      [{ gcMs: -1 }, /"gcMs"/],
      [{ with: 5 }, /"with"/],
    ] as const)
      expect(() => runtime.prefetch(outlineOf('a'), options as object)).toThrow(said)
    expect(calls).toEqual([])
  })
})
