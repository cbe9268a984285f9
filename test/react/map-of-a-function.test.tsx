/** `useTaskMap` of a function: several calls for each item, aborted together, and one item at a time by its key. */
import { act, renderHook, waitFor } from '@testing-library/react'
import { type TaskMapContext, useTaskMap, type UseTaskMapOptions } from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { expect, it } from 'vitest'
import { describeHook, gates, inRuntime, macrotasks, useWorld } from './support.tsx'

describeHook('useTaskMap of a function', () => {
  const world = useWorld()

  function mount(list: readonly string[], options: UseTaskMapOptions<string, string> = {}) {
    const doors = gates<void>()
    const runtime = world.runtime()
    const calls: string[] = []
    const task = runtime.defineTask(
      world.task({
        async parse(name: string) {
          const { signal } = taskContext()
          calls.push(`parse ${name}`)
          signal.addEventListener('abort', () => calls.push(`${name} aborted`))
          await doors.at(name)
          if (name === 'bad') throw new RangeError('bad')
          return name.toUpperCase()
        },
        index: (text: string) => `${text} indexed`,
      }),
    )
    const each = async (name: string, { signal, progress }: TaskMapContext<string>) => {
      const bound = task.with({ signal })
      progress('parsing')
      const text = await bound.parse(name)
      progress('indexing')
      return bound.index(text)
    }
    const hook = renderHook(({ items }) => useTaskMap(each, items, options), {
      wrapper: inRuntime(runtime),
      initialProps: { items: list },
    })
    const statuses = () => hook.result.current.items.map(({ item, status }) => `${item} ${status}`)
    return { ...hook, doors, calls, statuses, runtime }
  }

  it('runs all of it for each item, with progress, result and error', async () => {
    const { result, doors, statuses } = mount(['a', 'bad', 'c'], { maxInFlight: 2 })
    act(() => result.current.run())
    await waitFor(() => expect(statuses()).toEqual(['a running', 'bad running', 'c queued']))
    expect(result.current.items[0]?.progress).toBe('parsing')
    act(() => {
      for (const name of ['a', 'bad', 'c']) doors.open(name)
    })
    await waitFor(() => expect(statuses()).toEqual(['a success', 'bad error', 'c success']))
    expect(result.current.items.map(({ data, error }) => data ?? error?.message)).toEqual([
      'A indexed',
      'bad',
      'C indexed',
    ])
    expect(result.current).toMatchObject({ progress: 1, isRunning: false })
  })

  it('an abort reaches the call that is under way, and is told with its reason', async () => {
    const { result, statuses, calls, runtime } = mount(['a', 'b'])
    act(() => result.current.run())
    await waitFor(() => expect(statuses()).toEqual(['a running', 'b running']))
    await act(() => macrotasks())
    act(() => result.current.abort('a', 'not wanted'))
    await waitFor(() => expect(statuses()).toEqual(['a canceled', 'b running']))
    expect(result.current.items[0]).toMatchObject({ reason: 'not wanted' })
    await waitFor(() => expect(calls).toContain('a aborted'))
    act(() => result.current.abort())
    await waitFor(() => expect(result.current.isRunning).toBe(false))
    await waitFor(() => expect(runtime.getRuntimeSnapshot().tasks[0]?.counts.canceled).toBe(2))
  })

  it('runs items by their keys, before those that wait, also those that are over', async () => {
    const { result, doors, statuses, calls } = mount(['a', 'b', 'c', 'd'], { maxInFlight: 1 })
    doors.open('b')
    act(() => result.current.runNext('b'))
    await waitFor(() => expect(statuses()).toEqual(['a idle', 'b success', 'c idle', 'd idle']))
    act(() => result.current.run())
    act(() => {
      result.current.runNext('d')
      result.current.runNext('nobody')
      result.current.runNext('b', 'd')
    })
    act(() => {
      for (const name of ['a', 'c', 'd']) doors.open(name)
    })
    await waitFor(() => expect(result.current.progress).toBe(1))
    expect(calls).toEqual(['parse b', 'parse a', 'parse b', 'parse d', 'parse c'])
  })

  it('ends what is open when it unmounts', async () => {
    const { result, unmount, runtime, statuses } = mount(['a', 'b', 'c'], { maxInFlight: 1 })
    act(() => result.current.run())
    await waitFor(() => expect(statuses()[0]).toBe('a running'))
    await act(() => macrotasks())
    unmount()
    await waitFor(() =>
      expect(runtime.getRuntimeSnapshot().tasks[0]?.counts).toMatchObject({ canceled: 1, dispatched: 1 }),
    )
  })

  type Hook = ReturnType<typeof useTaskMap<string, Promise<string>>>
  const actions: Record<string, (hook: Hook, end: () => void) => void> = {
    'aborts all': ({ abort }) => abort(),
    'runs itself and others next': ({ runNext }) => runNext('a', 'c'),
    'runs all': ({ run }) => run(),
    unmounts: (_hook, end) => end(),
  }

  it.each(Object.entries(actions))('a function may call back in: it %s', async (_name, action) => {
    const started: string[] = []
    let isFirst = true
    const { result, unmount } = renderHook(
      () =>
        useTaskMap<string, Promise<string>>(
          async (name, { signal, progress }) => {
            started.push(name)
            progress('started')
            if (isFirst) {
              isFirst = false
              action(result.current, unmount)
            }
            await Promise.resolve()
            signal.throwIfAborted()
            return name
          },
          ['a', 'b', 'c'],
          { maxInFlight: 1 },
        ),
      { wrapper: inRuntime(world.runtime()) },
    )
    act(() => result.current.run())
    await act(() => macrotasks(4))
    expect(started[0]).toBe('a')
    expect(new Set(started).size).toBe(started.length)
    act(() => result.current.run())
    if (_name !== 'unmounts')
      await waitFor(() =>
        expect(result.current.items.map(({ status }) => status)).toEqual(['success', 'success', 'success']),
      )
  })
})
