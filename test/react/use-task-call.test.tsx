/** `useTaskCall`: states, modes, who may land, and what unmounting does. */
import { act, renderHook, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  QueueFullError,
  TaskAbortError,
  type TaskOptions,
  useTaskCall,
  type UseTaskCallOptions,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { type ReactNode } from 'react'
import { expect, it, vi } from 'vitest'
import { describeHook, gates, inRuntime, macrotasks, rejectionOf, useWorld } from './support.tsx'

type Settled = (data: string | undefined, error: Error | undefined, args: [string]) => void

describeHook('useTaskCall', () => {
  const world = useWorld()

  /** An `echo` whose calls wait at their gates, and how its calls ended on the worker. */
  function echoes() {
    const doors = gates<void>()
    const seen: string[] = []
    const handlers = {
      async echo(text: string) {
        const { signal } = taskContext()
        seen.push(`${text} started`)
        signal.addEventListener('abort', () => seen.push(`${text} aborted`))
        await doors.at(text)
        return text.toUpperCase()
      },
    }
    return { doors, seen, options: world.task(handlers), handlers }
  }

  type Echo = ReturnType<typeof echoes>['handlers']

  function renderEcho(
    options: TaskOptions<Echo>,
    callOptions: UseTaskCallOptions<[string], string> = {},
    runtime = world.runtime(),
  ) {
    return renderHook((props: UseTaskCallOptions<[string], string>) => useTaskCall(options, 'echo', props), {
      wrapper: inRuntime(runtime),
      initialProps: callOptions,
    })
  }

  it('starts nothing until it is run', () => {
    const { result } = renderEcho(echoes().options)
    expect(result.current.status).toBe('idle')
    expect(world.spawned()).toBe(0)
  })

  it('goes from queued to running to success, and keeps the data while the next call is open', async () => {
    const { options, doors } = echoes()
    const { result } = renderEcho(options)
    act(() => result.current.run('a'))
    expect(result.current).toMatchObject({ status: 'queued', args: ['a'], data: undefined })
    await waitFor(() => expect(result.current.status).toBe('running'))
    doors.open('a')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', args: ['a'], data: 'A' }))
    act(() => result.current.run('b'))
    expect(result.current).toMatchObject({ status: 'queued', args: ['b'], data: 'A' })
    await waitFor(() => expect(result.current).toMatchObject({ status: 'running', args: ['b'], data: 'A' }))
    doors.open('b')
    await waitFor(() => expect(result.current.data).toBe('B'))
  })

  it('is queued for as long as other calls hold the workers', async () => {
    const { options, doors } = echoes()
    const { result } = renderEcho(options, { mode: 'parallel' })
    act(() => ['a', 'b', 'c'].forEach((text) => result.current.run(text)))
    await act(() => Promise.all([doors.reached('a'), doors.reached('b')]))
    expect(result.current).toMatchObject({ status: 'queued', args: ['c'] })
    doors.open('a')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'running', args: ['c'] }))
    doors.open('b')
    doors.open('c')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', data: 'C' }))
  })

  it('gives stable functions, and the same object while nothing changes', () => {
    const { result, rerender } = renderEcho(echoes().options)
    const first = result.current
    rerender({})
    expect(result.current).toBe(first)
    act(() => first.run('a'))
    expect(result.current).not.toBe(first)
    for (const name of ['run', 'runAsync', 'abort', 'reset'] as const)
      expect(result.current[name]).toBe(first[name])
  })

  it('shows what the handler threw, keeps the last data, and runs again', async () => {
    const options = world.task({
      half(n: number) {
        if (n % 2) throw new RangeError('odd')
        return n / 2
      },
    })
    const { result } = renderHook(() => useTaskCall(options, 'half'), { wrapper: inRuntime(world.runtime()) })
    act(() => result.current.run(4))
    await waitFor(() => expect(result.current.status).toBe('success'))
    act(() => result.current.run(3))
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(result.current).toMatchObject({ args: [3], data: 2 })
    expect(result.current.error).toBeInstanceOf(RangeError)
    act(() => result.current.reset())
    expect(result.current).toMatchObject({ status: 'idle' })
    expect(result.current.data).toBeUndefined()
  })

  it('latest: an earlier call is aborted, rejects as superseded, and never lands', async () => {
    const { options, doors, seen } = echoes()
    const onSuccess = vi.fn<(data: string, args: [string]) => void>()
    const { result } = renderEcho(options, { onSuccess })
    let first!: Promise<string>
    act(() => void (first = result.current.runAsync('old')))
    const rejected = rejectionOf(first)
    await act(() => doors.reached('old'))
    act(() => result.current.run('new'))
    expect(await act(() => rejected)).toMatchObject({ name: 'AbortError', code: 'superseded' })
    await act(() => doors.reached('new'))
    expect(seen).toContain('old aborted')
    doors.open('new')
    await waitFor(() => expect(result.current.data).toBe('NEW'))
    doors.open('old')
    await act(() => macrotasks())
    expect(result.current).toMatchObject({ status: 'success', data: 'NEW' })
    expect(onSuccess.mock.calls).toEqual([['NEW', ['new']]])
  })

  it('latest: a hundred calls in one turn end as one result and ninety-nine superseded promises', async () => {
    const options = world.task({ echo: (text: string) => text })
    const { result } = renderHook(() => useTaskCall(options, 'echo'), { wrapper: inRuntime(world.runtime()) })
    let all: Promise<PromiseSettledResult<string>[]>
    act(() => {
      all = Promise.allSettled(Array.from({ length: 100 }, (_, i) => result.current.runAsync(String(i))))
    })
    const outcomes = await act(() => all)
    expect(outcomes.filter((o) => o.status === 'fulfilled').map((o) => o.value)).toEqual(['99'])
    const codes = outcomes
      .filter((o) => o.status === 'rejected')
      .map((o) => (o.reason as TaskAbortError).code)
    expect(codes).toEqual(Array.from({ length: 99 }, () => 'superseded'))
    expect(result.current).toMatchObject({ status: 'success', data: '99' })
  })

  it('drop-latest: a call is turned away while another is open', async () => {
    const { options, doors, seen } = echoes()
    const { result } = renderEcho(options, { mode: 'drop-latest' })
    act(() => result.current.run('a'))
    await act(async () => {
      await expect(result.current.runAsync('b')).rejects.toBeInstanceOf(QueueFullError)
      await expect(result.current.runAsync('b')).rejects.toMatchObject({ code: 'dropped-latest' })
    })
    await act(() => doors.reached('a'))
    doors.open('a')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', data: 'A' }))
    expect(seen).toEqual(['a started'])
    doors.open('c')
    act(() => result.current.run('c'))
    await waitFor(() => expect(result.current.data).toBe('C'))
  })

  it('serial: calls run one after another, in order', async () => {
    const { options, doors, seen } = echoes()
    const { result } = renderEcho(options, { mode: 'serial' })
    let all!: Promise<string[]>
    act(() => void (all = Promise.all(['a', 'b', 'c'].map((text) => result.current.runAsync(text)))))
    await act(() => doors.reached('a'))
    await act(() => macrotasks())
    expect(seen).toEqual(['a started'])
    expect(result.current.args).toEqual(['a'])
    doors.open('a')
    await act(() => doors.reached('b'))
    expect(result.current).toMatchObject({ args: ['b'], data: 'A' })
    doors.open('b')
    doors.open('c')
    expect(await act(() => all)).toEqual(['A', 'B', 'C'])
    expect(result.current).toMatchObject({ status: 'success', data: 'C' })
  })

  it('serial: abort empties the line; a failure does not stop it', async () => {
    const { options, doors, seen } = echoes()
    const { result } = renderEcho(options, { mode: 'serial' })
    let all!: Promise<PromiseSettledResult<string>[]>
    act(() => void (all = Promise.allSettled(['a', 'b'].map((text) => result.current.runAsync(text)))))
    await act(() => doors.reached('a'))
    act(() => result.current.abort('enough'))
    const outcomes = await act(() => all)
    expect(outcomes.map((o) => o.status === 'rejected' && (o.reason as TaskAbortError).cause)).toEqual([
      'enough',
      'enough',
    ])
    expect(seen).not.toContain('b started')
    expect(result.current).toMatchObject({ status: 'canceled', reason: 'enough', args: ['a'] })
  })

  it('keep-last: one call runs, and of those that come meanwhile the newest waits', async () => {
    const { options, doors, seen } = echoes()
    const onSettled = vi.fn<Settled>()
    const { result } = renderEcho(options, { mode: 'keep-last', onSettled })
    let all!: Promise<PromiseSettledResult<string>[]>
    act(
      () =>
        void (all = Promise.allSettled(['a', 'b', 'c', 'd'].map((text) => result.current.runAsync(text)))),
    )
    await act(() => doors.reached('a'))
    await act(() => macrotasks())
    expect(seen).toEqual(['a started'])
    expect(result.current.args).toEqual(['a'])
    doors.open('d')
    doors.open('a')
    const outcomes = await act(() => all)
    expect(
      outcomes.map((o) => (o.status === 'fulfilled' ? o.value : (o.reason as TaskAbortError).code)),
    ).toEqual(['A', 'superseded', 'superseded', 'D'])
    expect(onSettled.mock.calls.map(([data, error, args]) => [data, error?.name, ...args])).toEqual([
      [undefined, 'AbortError', 'b'],
      [undefined, 'AbortError', 'c'],
      ['A', undefined, 'a'],
      ['D', undefined, 'd'],
    ])
    expect(seen).toEqual(['a started', 'd started'])
    expect(result.current).toMatchObject({ status: 'success', data: 'D', args: ['d'] })
  })

  it('keep-last: abort ends the one that waits as well, and a callback may call again', async () => {
    const { options, doors, seen } = echoes()
    let again: (() => void) | undefined
    const { result } = renderEcho(options, {
      mode: 'keep-last',
      onSettled: (_data, error) => {
        if (error && again) again()
      },
    })
    const call = (text: string) => result.current.runAsync(text).catch((error: TaskAbortError) => error.code)
    let all!: Promise<string[]>
    act(() => void (all = Promise.all([call('a'), call('b')])))
    await act(() => doors.reached('a'))
    act(() => result.current.abort('enough'))
    expect(await act(() => all)).toEqual(['aborted', 'aborted'])
    expect(seen).not.toContain('b started')
    // The one that is superseded calls again: of all that wait the newest is made.
    let last!: Promise<string>
    again = () => {
      again = undefined
      last = call('f')
    }
    act(() => void (all = Promise.all(['c', 'd', 'e'].map(call))))
    await act(() => doors.reached('c'))
    for (const text of ['c', 'f', 'e']) doors.open(text)
    expect(await act(() => all)).toEqual(['C', 'superseded', 'superseded'])
    expect(await act(() => last)).toBe('F')
    expect(seen.filter((text) => text.endsWith('started'))).toEqual(['a started', 'c started', 'f started'])
  })

  it('keep-last: a callback that calls again whatever comes does not stop the page', async () => {
    const { options, doors, seen } = echoes()
    let runs = 0
    const { result } = renderEcho(options, {
      mode: 'keep-last',
      onSettled: () => {
        if (++runs < 1_000) result.current.run(`again ${runs}`)
      },
    })
    act(() => ['a', 'b', 'c'].forEach((text) => result.current.run(text)))
    await act(() => doors.reached('a'))
    expect(runs).toBe(1)
    act(() => result.current.reset())
    await waitFor(() => expect(seen).toContain('a aborted'))
    runs = 1_000
    act(() => result.current.abort())
    await act(() => macrotasks())
  })

  it('parallel: all calls run, and the state is the one that was made last', async () => {
    const { options, doors } = echoes()
    const onSuccess = vi.fn<(data: string, args: [string]) => void>()
    const { result } = renderEcho(options, { mode: 'parallel', onSuccess })
    act(() => {
      result.current.run('a')
      result.current.run('b')
    })
    await act(() => Promise.all([doors.reached('a'), doors.reached('b')]))
    doors.open('b')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', data: 'B' }))
    doors.open('a')
    await waitFor(() => expect(onSuccess).toHaveBeenCalledTimes(2))
    expect(result.current).toMatchObject({ args: ['b'], data: 'B' })
  })

  it('abort: the state says why, and the handler hears it', async () => {
    const { options, doors, seen } = echoes()
    const onError = vi.fn<(error: Error) => void>()
    const onSettled = vi.fn<Settled>()
    const { result } = renderEcho(options, { onError, onSettled })
    act(() => result.current.run('a'))
    await act(() => doors.reached('a'))
    act(() => result.current.abort('not needed'))
    await waitFor(() =>
      expect(result.current).toMatchObject({ status: 'canceled', reason: 'not needed', args: ['a'] }),
    )
    await waitFor(() => expect(seen).toContain('a aborted'))
    expect(onError).not.toHaveBeenCalled()
    expect(onSettled).toHaveBeenCalledExactlyOnceWith(undefined, expect.any(TaskAbortError), ['a'])
  })

  it('reset: an open call is aborted and lands nowhere', async () => {
    const { options, doors, seen } = echoes()
    const { result } = renderEcho(options)
    let call!: Promise<string>
    act(() => void (call = result.current.runAsync('a')))
    const rejected = rejectionOf(call)
    await act(() => doors.reached('a'))
    act(() => result.current.reset())
    expect(await act(() => rejected)).toBeInstanceOf(TaskAbortError)
    await waitFor(() => expect(seen).toContain('a aborted'))
    expect(result.current.status).toBe('idle')
  })

  it('unmount aborts the open call, after the grace', async () => {
    const { options, doors, seen } = echoes()
    const { result, unmount } = renderEcho(options)
    let call!: Promise<string>
    act(() => void (call = result.current.runAsync('a')))
    const rejected = rejectionOf(call)
    await act(() => doors.reached('a'))
    unmount()
    expect(seen).toEqual(['a started'])
    expect(await rejected).toMatchObject({ name: 'AbortError', code: 'aborted' })
    await waitFor(() => expect(seen).toEqual(['a started', 'a aborted']))
  })

  it('an infinite grace lets a call outlive its component', async () => {
    const { options, doors, seen } = echoes()
    const { result, unmount } = renderEcho(options, { abortAfterUnmountMs: Number.POSITIVE_INFINITY })
    let call!: Promise<string>
    act(() => void (call = result.current.runAsync('a')))
    await act(() => doors.reached('a'))
    unmount()
    await macrotasks()
    doors.open('a')
    await expect(call).resolves.toBe('A')
    expect(seen).toEqual(['a started'])
  })

  it('a call that is run after the unmount is given up as well', async () => {
    const { options } = echoes()
    const { result, unmount } = renderEcho(options)
    unmount()
    await expect(result.current.runAsync('late')).rejects.toBeInstanceOf(TaskAbortError)
  })

  it('progress is shown while the call runs, and is gone when it is over', async () => {
    const steps = gates<void>()
    const options = world.task({
      async work() {
        const { progress } = taskContext()
        progress(0.5)
        await steps.at('half')
        return 'done'
      },
    })
    const { result } = renderHook(() => useTaskCall(options, 'work'), { wrapper: inRuntime(world.runtime()) })
    act(() => result.current.run())
    await waitFor(() => expect(result.current).toMatchObject({ status: 'running', progress: 0.5 }))
    steps.open('half')
    await waitFor(() => expect(result.current.status).toBe('success'))
    expect(result.current.progress).toBeUndefined()
  })

  it('calls back with the newest callbacks, whatever a callback throws', async () => {
    const { options, doors } = echoes()
    const reported = vi.fn<(error: unknown) => void>()
    vi.stubGlobal('reportError', reported)
    const stale = vi.fn<(data: string) => void>()
    const { result, rerender } = renderEcho(options, { onSuccess: stale })
    act(() => result.current.run('a'))
    const thrown = new Error('from a callback')
    const onSettled = vi.fn<Settled>()
    rerender({
      onSuccess: () => {
        throw thrown
      },
      onSettled,
    })
    doors.open('a')
    await waitFor(() => expect(onSettled).toHaveBeenCalledExactlyOnceWith('A', undefined, ['a']))
    expect(stale).not.toHaveBeenCalled()
    expect(reported).toHaveBeenCalledExactlyOnceWith(thrown)
    expect(result.current.status).toBe('success')
    vi.unstubAllGlobals()
  })

  it('a dispatch that throws at once is an error like any other', async () => {
    const { options } = echoes()
    const runtime = world.runtime()
    const { result } = renderEcho(options, {}, runtime)
    runtime.dispose()
    act(() => result.current.run('a'))
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(result.current.error).toMatchObject({ code: 'disposed' })
  })

  it('a call of another runtime is given up when the provider gets a new one', async () => {
    const { options, doors, seen } = echoes()
    const [one, two] = [world.runtime(), world.runtime()]
    let current = one
    const { result, rerender } = renderHook(() => useTaskCall(options, 'echo'), {
      wrapper: ({ children }: { children: ReactNode }) => (
        <AtelierProvider runtime={current}>{children}</AtelierProvider>
      ),
    })
    act(() => result.current.run('a'))
    await act(() => doors.reached('a'))
    current = two
    rerender()
    await waitFor(() => expect(seen).toContain('a aborted'))
    doors.open('b')
    act(() => result.current.run('b'))
    await waitFor(() => expect(result.current.data).toBe('B'))
    expect(two.getRuntimeSnapshot().tasks[0]?.counts.succeeded).toBe(1)
  })
})
