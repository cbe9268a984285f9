/** `useTaskEvent` and `useTaskEventValue`: what workers emit, to listeners and to renders. */
import { act, renderHook, waitFor } from '@testing-library/react'
import { type TaskApi, type TaskOptions, useTaskEvent, useTaskEventValue } from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { expect, it } from 'vitest'
import { describeHook, inRuntime, macrotasks, useWorld, type World } from './support.tsx'

type Extra = { events: { changed: number; other: string } }
const handlers = {
  add(n: number) {
    taskContext<Extra>().emit('changed', n)
    return n
  },
  addMany(to: number) {
    const { emit } = taskContext<Extra>()
    for (let n = 1; n <= to; n++) emit('changed', n)
  },
}
type Api = TaskApi<typeof handlers, Extra>

const optionsIn = (world: World, taskId = 'engine'): TaskOptions<Api> => world.task(handlers, { taskId })

describeHook('useTaskEvent', () => {
  const world = useWorld()

  it('hears events from the mount to the unmount, renders never, and starts no worker', async () => {
    const runtime = world.runtime()
    const options = optionsIn(world)
    const heard: string[] = []
    let renders = 0
    const { rerender, unmount } = renderHook(
      ({ name }) => {
        renders++
        useTaskEvent(options, 'changed', (n, { workerIndex }) => heard.push(`${name} ${n} ${workerIndex}`))
      },
      { wrapper: inRuntime(runtime), initialProps: { name: 'first' } },
    )
    await act(() => macrotasks())
    expect(world.spawned()).toBe(0)
    const task = runtime.defineTask(options)
    const before = renders
    await act(() => task.add(1))
    expect(renders).toBe(before)
    rerender({ name: 'second' })
    await act(() => task.add(2))
    unmount()
    await task.add(3)
    expect(heard).toEqual(['first 1 0', 'second 2 0'])
  })
})

describeHook('useTaskEventValue', () => {
  const world = useWorld()

  it('gives the last payload, at most one render a frame', async () => {
    const runtime = world.runtime()
    const options = optionsIn(world)
    const values: unknown[] = []
    const { result } = renderHook(
      () => {
        const value = useTaskEventValue(options, 'changed', 0)
        if (value !== values.at(-1)) values.push(value)
        return value
      },
      { wrapper: inRuntime(runtime) },
    )
    expect(result.current).toBe(0)
    await act(() => runtime.defineTask(options).addMany(200))
    await waitFor(() => expect(result.current).toBe(200))
    expect(values.length).toBeLessThan(20)
  })

  it('begins anew for another event and another task, and not for with()', async () => {
    const runtime = world.runtime()
    const one = runtime.defineTask(optionsIn(world, 'one'))
    const two = runtime.defineTask(optionsIn(world, 'two'))
    type Props = { task: typeof one; event: 'changed' | 'other' }
    const { result, rerender } = renderHook(({ task, event }: Props) => useTaskEventValue(task, event), {
      initialProps: { task: one, event: 'changed' },
    })
    expect(result.current).toBeUndefined()
    await act(() => one.add(1))
    await waitFor(() => expect(result.current).toBe(1))
    rerender({ task: one.with({ priority: 'low' }), event: 'changed' })
    expect(result.current).toBe(1)
    rerender({ task: one, event: 'other' })
    expect(result.current).toBeUndefined()
    rerender({ task: two, event: 'changed' })
    expect(result.current).toBeUndefined()
    await act(() => two.add(7))
    await waitFor(() => expect(result.current).toBe(7))
  })
})
