/** `useTask`: one task per runtime and options, defined without starting anything. */
import { act, render, renderHook, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type TaskOptions,
  type TaskRuntime,
  useTask,
  useTaskCall,
  useTaskSnapshot,
} from 'atelier-react'
import { Suspense } from 'react'
import { expect, it } from 'vitest'
import { describeHook, gate, inRuntime, macrotasks, saidOnConsole, useWorld } from './support.tsx'

type Echo = { echo(text: string): string }

describeHook('useTask', () => {
  const world = useWorld()
  const echo = (config: Partial<TaskOptions<Echo>> = {}) => world.task<Echo>({ echo: (text) => text }, config)

  it('defines a task once in a runtime, and is stable', async () => {
    const runtime = world.runtime()
    const options = echo()
    const { result, rerender } = renderHook(() => [useTask(options), useTask(options)], {
      wrapper: inRuntime(runtime),
    })
    const [one, two] = result.current
    expect(one).toBe(two)
    rerender()
    expect(result.current[0]).toBe(one)
    expect(runtime.defineTask<Echo>(options)).toBe(one)
    expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(1)
    expect(await one?.echo('x')).toBe('x')
  })

  it('is another task in another runtime', async () => {
    const options = echo()
    const runtimes = [world.runtime(), world.runtime()]
    for (const runtime of runtimes) {
      const { result } = renderHook(() => useTask(options), { wrapper: inRuntime(runtime) })
      await result.current.echo('x')
    }
    expect(runtimes.map((runtime) => runtime.getRuntimeSnapshot().tasks[0]?.counts.succeeded)).toEqual([1, 1])
  })

  it('starts no worker in render, and tells nobody in it', () => {
    const runtime = world.runtime()
    const told: unknown[] = []
    runtime.subscribeRuntimeSnapshot((snapshot) => told.push(snapshot))
    const options = echo()
    renderHook(
      () => {
        useTask(options)
        expect(told).toEqual([])
      },
      { wrapper: inRuntime(runtime) },
    )
    expect(world.spawned()).toBe(0)
  })

  it('an eager task starts when it has mounted, and only then', async () => {
    const runtime = world.runtime()
    const options = echo({ init: 'eager' })
    const never = gate()
    function Suspended(): never {
      useTask(options)
      // oxlint-disable-next-line no-throw-literal -- what suspends on every React
      throw never.passed
    }
    render(
      <AtelierProvider runtime={runtime}>
        <Suspense>
          <Suspended />
        </Suspense>
      </AtelierProvider>,
    )
    await act(() => macrotasks())
    expect(world.spawned()).toBe(0)
    renderHook(() => [useTask(options), useTaskCall(options, 'echo')], { wrapper: inRuntime(runtime) })
    expect(world.spawned()).toBe(2)
    expect(runtime.defineTask<Echo>(options).control.getSnapshot().init).toBe('eager')
  })

  it('options that are written inside a component are warned of, with the way out', async () => {
    const runtime = world.runtime()
    warnings.push(
      ...(await saidOnConsole(() => {
        const { rerender } = renderHook(() => useTask(echo()), { wrapper: inRuntime(runtime) })
        for (let i = 0; i < 5; i++) rerender()
      })),
    )
    expect(warnings).toEqual([
      expect.stringMatching(/useTask\(\) was given new task options .*module scope.*taskOptions/),
    ])
  })

  it('a choice between a few definitions is not', async () => {
    const runtime = world.runtime()
    const choices = [echo(), echo()]
    const said = await saidOnConsole(() => {
      const { rerender } = renderHook(
        ({ i }: { i: number }) => useTask(choices[i % 2] as TaskOptions<Echo>),
        {
          wrapper: inRuntime(runtime),
          initialProps: { i: 0 },
        },
      )
      for (let i = 1; i < 10; i++) rerender({ i })
    })
    expect(said).toEqual([])
  })
})

// Once is once a page.
const warnings: string[] = []

describeHook('a task of one runtime', () => {
  const world = useWorld()

  it('hooks take it as it is, with what with() has made of it', async () => {
    const runtime: TaskRuntime = world.runtime()
    const task = runtime.defineTask<Echo>(world.task<Echo>({ echo: (text) => text }, { taskName: 'mine' }))
    const { result } = renderHook(
      () => {
        const call = useTaskCall(task.with({ priority: 'low' }), 'echo')
        return { ...call, done: useTaskSnapshot(task, (state) => state.counts.succeeded) }
      },
      { wrapper: inRuntime(runtime) },
    )
    let data!: Promise<string>
    act(() => void (data = result.current.runAsync('x')))
    // It is made anew at each render, and is the same task: the call is not given up for it.
    expect(await act(() => data)).toBe('x')
    await waitFor(() => expect(result.current.done).toBe(1))
  })

  it('two copies of the page share it', async () => {
    const runtime = world.runtime()
    const options = world.task<Echo>({ echo: (text) => text })
    const one = renderHook(() => useTask(options), { wrapper: inRuntime(runtime) })
    const two = renderHook(() => useTask(options), { wrapper: inRuntime(runtime) })
    expect(one.result.current).toBe(two.result.current)
  })
})
