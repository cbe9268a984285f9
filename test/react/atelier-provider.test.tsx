/** `AtelierProvider` and `useRuntime`: who owns what, and that nothing is left over. */
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  createTaskRuntime,
  type TaskOptions,
  type TaskRuntime,
  useRuntime,
  useRuntimeSnapshot,
  useTask,
  useTaskCall,
} from 'atelier-react'
import { Suspense, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it, vi } from 'vitest'
import {
  Activity,
  describeHook,
  gate,
  inRuntime,
  macrotasks,
  rejectionOf,
  saidOnConsole,
  useWorld,
} from './support.tsx'

type Echo = { echo(text: string): string }
const quiet = () => createTaskRuntime({ otel: false, performance: false })

/** Calls once it has mounted, and shows the result. */
function Caller({ task, text = 'hello' }: { task: TaskOptions<Echo>; text?: string }) {
  const { run, data } = useTaskCall(task, 'echo')
  useEffect(() => run(text), [run, text])
  return <output>{data ?? 'waiting'}</output>
}

describeHook('AtelierProvider', ({ strict }) => {
  const world = useWorld()
  const echo = () => world.task<Echo>({ echo: (text) => text })

  it.each([
    [
      'createRuntime',
      { createRuntime: () => {} },
      'what createRuntime() returns must come from createTaskRuntime(), but is undefined',
    ],
    ['runtime', { runtime: {} }, '"runtime" must come from createTaskRuntime(), but is [object Object]'],
  ])('refuses a %s that is or makes no runtime, at once', async (_, props, message) => {
    const wrong = props as never as { runtime: TaskRuntime }
    await saidOnConsole(() => {
      expect(() => render(<AtelierProvider {...wrong}>x</AtelierProvider>)).toThrow(
        `AtelierProvider: ${message}`,
      )
    })
  })

  it('lends a runtime, and neither keeps nor parks its workers', async () => {
    const runtime = world.runtime()
    const retain = vi.spyOn(runtime, 'retain')
    const { result, unmount } = renderHook(() => useRuntime(), { wrapper: inRuntime(runtime) })
    expect(result.current).toBe(runtime)
    await runtime.defineTask<Echo>(echo()).echo('x')
    unmount()
    await macrotasks()
    expect(retain).not.toHaveBeenCalled()
    expect(world.live.size).toBe(1)
  })

  it('makes a runtime of its own, cold, one for the life of the component', () => {
    const make = vi.fn<() => TaskRuntime>(quiet)
    const { result, rerender } = renderHook(() => useRuntime(), {
      wrapper: ({ children }) => <AtelierProvider createRuntime={make}>{children}</AtelierProvider>,
    })
    const first = result.current
    rerender()
    expect(result.current).toBe(first)
    expect(make).toHaveBeenCalledTimes(strict ? 2 : 1)
    expect(world.spawned()).toBe(0)
  })

  it('needs no props at all', async () => {
    const task = echo()
    const { unmount } = render(
      <AtelierProvider graceMs={0}>
        <Caller task={task} />
      </AtelierProvider>,
    )
    await screen.findByText('hello')
    unmount()
    await waitFor(() => expect(world.live.size).toBe(0))
  })

  it('keeps its workers while it is mounted, and stops them after the grace', async () => {
    const task = echo()
    const { unmount } = render(
      <AtelierProvider createRuntime={quiet} graceMs={0}>
        <Caller task={task} />
      </AtelierProvider>,
    )
    await screen.findByText('hello')
    await act(() => macrotasks())
    expect(world.live.size).toBe(1)
    unmount()
    await waitFor(() => expect(world.live.size).toBe(0))
  })

  it('aborts what is open when it parks', async () => {
    const never = gate()
    const task = world.task({ wait: () => never.passed })
    let call: Promise<void> | undefined
    function Starter() {
      const { wait } = useTask(task)
      useEffect(() => {
        call ??= wait()
        call.catch(() => {})
      }, [wait])
      return null
    }
    const { unmount } = render(
      <AtelierProvider createRuntime={quiet} graceMs={0}>
        <Starter />
      </AtelierProvider>,
    )
    unmount()
    expect(await rejectionOf(call as Promise<void>)).toMatchObject({ name: 'AbortError', code: 'aborted' })
    await waitFor(() => expect(world.live.size).toBe(0))
  })

  it('gives the nearest runtime', () => {
    const [outer, inner] = [world.runtime(), world.runtime()]
    const seen: TaskRuntime[] = []
    function See() {
      seen.push(useRuntime())
      return null
    }
    render(
      <AtelierProvider runtime={outer}>
        <See />
        <AtelierProvider runtime={inner}>
          <See />
        </AtelierProvider>
      </AtelierProvider>,
    )
    expect(new Set(seen)).toEqual(new Set([outer, inner]))
    expect(seen.at(0)).toBe(outer)
    expect(seen.at(-1)).toBe(inner)
  })

  it('can be given another runtime, and then its own', async () => {
    const lent = world.runtime()
    const task = echo()
    const { rerender, unmount } = render(
      <AtelierProvider runtime={lent}>
        <Caller task={task} />
      </AtelierProvider>,
    )
    await screen.findByText('hello')
    rerender(
      <AtelierProvider createRuntime={quiet} graceMs={0}>
        <Caller task={task} text="again" />
      </AtelierProvider>,
    )
    await screen.findByText('again')
    expect(lent.getRuntimeSnapshot().tasks[0]?.counts.succeeded).toBeGreaterThan(0)
    expect(world.live.size).toBe(2)
    unmount()
    await waitFor(() => expect(world.live.size).toBe(1))
  })

  it('two roots share a runtime, and see the same', async () => {
    const runtime = world.runtime()
    const task = echo()
    function Count() {
      return <b>{useRuntimeSnapshot((s) => s.tasks[0]?.counts.succeeded ?? 0)}</b>
    }
    const [one, two] = [document.createElement('div'), document.createElement('div')]
    const roots = [createRoot(one), createRoot(two)]
    act(() => {
      for (const root of roots) {
        root.render(
          <AtelierProvider runtime={runtime}>
            <Count />
          </AtelierProvider>,
        )
      }
    })
    await act(() => runtime.defineTask<Echo>(task).echo('x'))
    await waitFor(() => expect([one.textContent, two.textContent]).toEqual(['1', '1']))
    act(() => roots[0]?.unmount())
    await act(() => runtime.defineTask<Echo>(task).echo('y'))
    await waitFor(() => expect(two.textContent).toBe('2'))
    act(() => roots[1]?.unmount())
  })

  it('says what to wrap when there is none', async () => {
    const task = echo()
    const errors: unknown[] = []
    const hooks: (() => unknown)[] = [
      () => useRuntime(),
      () => useTask(task),
      () => useTaskCall(task, 'echo'),
      () => useRuntimeSnapshot(),
    ]
    await saidOnConsole(() => {
      for (const use of hooks) {
        try {
          renderHook(use)
        } catch (error) {
          errors.push(error)
        }
      }
    })
    expect(errors.map(String)).toEqual([
      expect.stringMatching(/useRuntime\(\) was called outside an <AtelierProvider>.*Wrap/),
      expect.stringContaining('useTask() was called outside'),
      expect.stringContaining('useTaskCall() was called outside'),
      expect.stringContaining('useRuntimeSnapshot() was called outside'),
    ])
  })
})

// Each of these leaks, or comes back dead, with a runtime that is made in useState and disposed in a cleanup.
describeHook('the owned runtime leaks nothing', () => {
  const world = useWorld()
  const echo = () => world.task<Echo>({ echo: (text) => text })

  function Owner({ task }: { task: TaskOptions<Echo> }) {
    return (
      <AtelierProvider createRuntime={quiet} graceMs={0}>
        <Caller task={task} />
      </AtelierProvider>
    )
  }

  it('mounted and unmounted again', async () => {
    const task = echo()
    const { unmount } = render(<Owner task={task} />)
    await screen.findByText('hello')
    expect(world.live.size).toBe(1)
    unmount()
    await waitFor(() => expect(world.live.size).toBe(0))
  })

  it.runIf(Activity)('hidden and shown again by an Activity, where it works on', async () => {
    const task = echo()
    const View = ({ mode, text }: { mode: 'visible' | 'hidden'; text: string }) => (
      <Activity mode={mode}>
        <AtelierProvider createRuntime={quiet} graceMs={0}>
          <Caller task={task} text={text} />
        </AtelierProvider>
      </Activity>
    )
    const { rerender, unmount } = render(<View mode="visible" text="first" />)
    await screen.findByText('first')
    rerender(<View mode="hidden" text="first" />)
    await waitFor(() => expect(world.live.size).toBe(0))
    rerender(<View mode="visible" text="second" />)
    await screen.findByText('second')
    expect(world.live.size).toBe(1)
    unmount()
    await waitFor(() => expect(world.live.size).toBe(0))
  })

  it('suspended before it has mounted', async () => {
    const task = echo()
    const ready = gate()
    let isReady = false
    function Slow() {
      // oxlint-disable-next-line no-throw-literal -- what suspends on every React
      if (!isReady) throw ready.passed
      return null
    }
    const { unmount } = render(
      <Suspense fallback="loading">
        <AtelierProvider createRuntime={quiet} graceMs={0}>
          <Caller task={task} />
          <Slow />
        </AtelierProvider>
      </Suspense>,
    )
    await screen.findByText('loading')
    expect(world.spawned()).toBe(0)
    isReady = true
    await act(async () => ready.open())
    await screen.findByText('hello')
    expect(world.live.size).toBe(1)
    unmount()
    await waitFor(() => expect(world.live.size).toBe(0))
  })

  it.runIf(Activity)('hidden at its first render, and removed', async () => {
    const task = echo()
    const { unmount } = render(
      <Activity mode="hidden">
        <Owner task={task} />
      </Activity>,
    )
    await act(() => macrotasks())
    unmount()
    await macrotasks()
    expect(world.spawned()).toBe(0)
  })

  it('a call that comes after the unmount starts a worker, which stops when the call is over', async () => {
    const task = echo()
    let late: ((text: string) => Promise<string>) | undefined
    function Keeper({ keep }: { keep: (run: (text: string) => Promise<string>) => void }) {
      const { runAsync } = useTaskCall(task, 'echo', { abortAfterUnmountMs: Number.POSITIVE_INFINITY })
      useEffect(() => void keep(runAsync), [keep, runAsync])
      return null
    }
    const { unmount } = render(
      <AtelierProvider createRuntime={quiet} graceMs={0}>
        <Keeper keep={(run) => (late = run)} />
      </AtelierProvider>,
    )
    unmount()
    await macrotasks()
    expect(await late?.('late')).toBe('late')
    expect(world.spawned()).toBe(1)
    await waitFor(() => expect(world.live.size).toBe(0))
  })

  it('unmounted before it was committed', async () => {
    const task = echo()
    const never = gate()
    function Stuck(): never {
      // oxlint-disable-next-line no-throw-literal -- what suspends on every React
      throw never.passed
    }
    function Page() {
      const [isGone, setGone] = useState(false)
      return (
        <>
          <button type="button" onClick={() => setGone(true)} />
          {!isGone && (
            <Suspense fallback="loading">
              <Owner task={task} />
              <Stuck />
            </Suspense>
          )}
        </>
      )
    }
    render(<Page />)
    act(() => screen.getByRole('button').click())
    await macrotasks()
    expect(world.spawned()).toBe(0)
  })
})
