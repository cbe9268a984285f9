/** `useRuntimeSnapshot` and `useTaskSnapshot`: who renders, and how often. */
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type RuntimeSnapshot,
  type TaskOptions,
  type TaskRuntime,
  useRuntimeSnapshot,
  useTask,
  useTaskSnapshot,
} from 'atelier-react'
import { memo, Profiler, startTransition, useState } from 'react'
import { expect, it } from 'vitest'
import { describeHook, gates, inRuntime, macrotasks, saidOnConsole, useWorld } from './support.tsx'

type Echo = { echo(text: string): string }

/** Until the frame in which a change is published has come. */
const nextFrame = () =>
  act(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

// Once is once a page, and both lanes run in one page.
const warnings: string[] = []

describeHook('useRuntimeSnapshot', () => {
  const world = useWorld()
  const echo = (taskName?: string) => world.task<Echo>({ echo: (text) => text }, taskName ? { taskName } : {})

  it('is the state of the runtime, the same object until it changes', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>(echo('a'))
    const { result, rerender } = renderHook(() => useRuntimeSnapshot(), { wrapper: inRuntime(runtime) })
    const first = result.current
    expect(first).toBe(runtime.getRuntimeSnapshot())
    rerender()
    expect(result.current).toBe(first)
    await act(() => task.echo('x'))
    await waitFor(() => expect(result.current.tasks[0]?.counts.succeeded).toBe(1))
    expect(result.current).not.toBe(first)
    await nextFrame()
    expect(result.current).toBe(runtime.getRuntimeSnapshot())
  })

  it('what changed between the render and its effects is not lost', () => {
    const runtime = world.runtime()
    const seen: number[] = []
    function Reader() {
      seen.push(useRuntimeSnapshot((s) => s.tasks.length))
      return null
    }
    function Definer({ task }: { task: TaskOptions<Echo> }) {
      useTask(task)
      return null
    }
    render(
      <AtelierProvider runtime={runtime}>
        <Reader />
        <Definer task={echo()} />
      </AtelierProvider>,
    )
    expect(seen.at(-1)).toBe(1)
  })

  it('a selector whose result is new each time settles, and is warned of once, with the way out', async () => {
    const runtime = world.runtime()
    runtime.defineTask(echo('a'))
    let renders = 0
    const said = await saidOnConsole(() => {
      for (let i = 0; i < 3; i++) {
        renderHook(
          () => {
            renders++
            return useRuntimeSnapshot((s) => s.tasks.map((task) => task.taskId))
          },
          { wrapper: inRuntime(runtime) },
        )
      }
    })
    expect(renders).toBeLessThanOrEqual(6)
    warnings.push(...said)
    expect(warnings).toEqual([expect.stringMatching(/selector of useRuntimeSnapshot .*isEqual/)])
  })

  it('isEqual keeps the earlier selection', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>(echo('a'))
    const ids = (s: RuntimeSnapshot) => s.tasks.map(({ taskId }) => taskId)
    const { result } = renderHook(
      () => useRuntimeSnapshot(ids, { isEqual: (a, b) => a.join() === b.join() }),
      {
        wrapper: inRuntime(runtime),
      },
    )
    const first = result.current
    await act(() => task.echo('x'))
    await nextFrame()
    expect(result.current).toBe(first)
  })

  it('ten thousand calls in one turn are a few renders', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>({ ...echo('a'), maxQueueDepth: Number.POSITIVE_INFINITY })
    let renders = 0
    renderHook(
      () => {
        renders++
        return useRuntimeSnapshot()
      },
      { wrapper: inRuntime(runtime) },
    )
    const before = renders
    const began = performance.now()
    await act(() => Promise.all(Array.from({ length: 10_000 }, (_, i) => task.echo(String(i)))))
    const frames = Math.ceil((performance.now() - began) / 16) + 1
    await nextFrame()
    expect(renders - before).toBeGreaterThan(0)
    expect(renders - before).toBeLessThanOrEqual((frames + 2) * 2)
  })

  it('of a thousand readers only those of the task that changed render', async () => {
    const runtime = world.runtime()
    const names = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
    const tasks = names.map((name) => runtime.defineTask<Echo>(echo(name)))
    const rendered = new Map<string, number>()
    const Reader = memo(function Reader({ name }: { name: string }) {
      const done = useRuntimeSnapshot((s) => s.tasks.find((task) => task.taskId === name)?.counts.succeeded)
      return (
        <Profiler id={name} onRender={() => rendered.set(name, (rendered.get(name) ?? 0) + 1)}>
          <i>{done}</i>
        </Profiler>
      )
    })
    render(
      <AtelierProvider runtime={runtime}>
        {Array.from({ length: 1_000 }, (_, i) => (
          <Reader key={i} name={String(i % 10)} />
        ))}
      </AtelierProvider>,
    )
    await nextFrame()
    rendered.clear()
    await act(() => tasks[3]?.echo('x'))
    await waitFor(() => expect(document.body.textContent).toContain('1'))
    await nextFrame()
    expect(Object.fromEntries(rendered)).toEqual({ 3: 100 })
  })

  it('nobody listens to the runtime when nobody reads', async () => {
    const real = world.runtime()
    const open = new Set<unknown>()
    const runtime: TaskRuntime = {
      ...real,
      subscribeRuntimeSnapshot: (listener, options) => {
        open.add(listener)
        const stop = real.subscribeRuntimeSnapshot(listener, options)
        return () => {
          open.delete(listener)
          stop()
        }
      },
    }
    const one = renderHook(() => useRuntimeSnapshot(), { wrapper: inRuntime(runtime) })
    const two = renderHook(() => useRuntimeSnapshot(), { wrapper: inRuntime(runtime) })
    expect(open.size).toBe(1)
    one.unmount()
    expect(open.size).toBe(1)
    two.unmount()
    expect(open.size).toBe(0)
  })

  it('does not tear when it is read in a transition', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>(echo('a'))
    const commits: string[][] = []
    function Reader() {
      return <i>{useRuntimeSnapshot((s) => s.tasks[0]?.counts.dispatched)}</i>
    }
    function Page() {
      const [count, setCount] = useState(1)
      return (
        <Profiler
          id="page"
          onRender={() => commits.push(Array.from(document.querySelectorAll('i'), (i) => i.textContent))}
        >
          <button type="button" onClick={() => startTransition(() => setCount(20))} />
          {Array.from({ length: count }, (_, i) => (
            <Reader key={i} />
          ))}
        </Profiler>
      )
    }
    render(
      <AtelierProvider runtime={runtime}>
        <Page />
      </AtelierProvider>,
    )
    await act(async () => {
      screen.getByRole('button').click()
      await task.echo('x')
    })
    await waitFor(() => expect(document.querySelectorAll('i')).toHaveLength(20))
    await nextFrame()
    expect(commits.filter((values) => new Set(values).size > 1)).toEqual([])
  })
})

describeHook('useTaskSnapshot', () => {
  const world = useWorld()
  /** Options that a hook defines, in a runtime that has another task. */
  const oneBesideTwo = () => {
    const runtime = world.runtime()
    const [one, second] = ['one', 'two'].map((taskName) =>
      world.task<Echo>({ echo: (text) => text }, { taskName }),
    ) as [TaskOptions<Echo>, TaskOptions<Echo>]
    return { runtime, one, two: runtime.defineTask<Echo>(second) }
  }

  it('is the state of one task, defined by its options', async () => {
    const runtime = world.runtime()
    const doors = gates<void>()
    const options = world.task({ wait: (name: string) => doors.at(name) }, { taskName: 'waiter' })
    const { result } = renderHook(
      () => ({
        task: useTask(options),
        state: useTaskSnapshot(options),
        open: useTaskSnapshot(options, (t) => t.queue.inFlight),
      }),
      { wrapper: inRuntime(runtime) },
    )
    expect(result.current.state).toMatchObject({ taskId: 'waiter', status: 'idle', queue: { inFlight: 0 } })
    let call!: Promise<void>
    act(() => void (call = result.current.task.wait('a')))
    await waitFor(() => expect(result.current.open).toBe(1))
    expect(result.current.state).toBe(runtime.getRuntimeSnapshot().tasks[0])
    doors.open('a')
    await act(() => call)
    await waitFor(() => expect(result.current.state.counts.succeeded).toBe(1))
  })

  it('is not even asked when another task changes, and is told of its own wherever that stands in the list', async () => {
    const { runtime, one, two } = oneBesideTwo()
    let asked = 0
    const { result } = renderHook(
      () =>
        useTaskSnapshot(one, (task) => {
          asked++
          return task.counts.succeeded
        }),
      { wrapper: inRuntime(runtime) },
    )
    await nextFrame()
    const before = asked
    await act(() => two.echo('x'))
    await nextFrame()
    expect(asked).toBe(before)
    await act(() => runtime.defineTask<Echo>(one).echo('x'))
    await waitFor(() => expect(result.current).toBe(1))
    act(() => two.control.dispose())
    await nextFrame()
    expect(result.current).toBe(1)
    await act(() => runtime.defineTask<Echo>(one).echo('y'))
    await waitFor(() => expect(result.current).toBe(2))
  })

  it("does not render for another task's changes", async () => {
    const { runtime, one, two } = oneBesideTwo()
    let renders = 0
    const { result } = renderHook(
      () => {
        renders++
        return useTaskSnapshot(one)
      },
      { wrapper: inRuntime(runtime) },
    )
    await nextFrame()
    const before = renders
    await act(() => two.echo('x'))
    await nextFrame()
    await act(() => macrotasks())
    expect(renders).toBe(before)
    expect(result.current.taskId).toBe('one')
  })
})
