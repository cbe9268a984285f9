/** `useTaskMap`: one method over many items, each with its state, at most one render a frame. */
import { act, renderHook, waitFor } from '@testing-library/react'
import { useTaskMap, type UseTaskMapOptions } from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { describe, expect, it } from 'vitest'
import { ShownItems } from '../../hooks/calls/shown-items.ts'
import { describeHook, inRuntime, macrotasks, saidOnConsole, useWorld } from './support.tsx'

const gates = new Map<string, () => void>()
let broken = new Set<string>()

const handlers = {
  shout(text: string): string {
    if (broken.has(text)) throw new RangeError(`no ${text}`)
    return text.toUpperCase()
  },
  wait(text: string): Promise<string> {
    const { signal, progress } = taskContext()
    progress(0.5)
    return new Promise((resolve, reject) => {
      gates.set(text, () => resolve(text))
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  },
}

describeHook('useTaskMap', () => {
  const world = useWorld()

  function mount(
    method: 'shout' | 'wait',
    list: readonly string[],
    options: UseTaskMapOptions<string, string> = {},
  ) {
    gates.clear()
    broken = new Set()
    const runtime = world.runtime()
    const task = world.task(handlers)
    let renders = 0
    const hook = renderHook(
      ({ items, name }) => {
        renders++
        return useTaskMap(task, name, items, options)
      },
      { wrapper: inRuntime(runtime), initialProps: { items: list, name: method } },
    )
    const statuses = () => hook.result.current.items.map(({ item, status }) => `${item} ${status}`)
    return { ...hook, runtime, statuses, renders: () => renders }
  }

  it('runs each item, with its result, error and overall progress; retries what failed', async () => {
    const told: string[] = []
    const { result, statuses } = mount('shout', ['a', 'b', 'c'], {
      onSuccess: (data, item) => told.push(`${item} ${data}`),
      onError: (error, item) => told.push(`${item} ${error.message}`),
    })
    expect(statuses()).toEqual(['a idle', 'b idle', 'c idle'])
    expect(result.current).toMatchObject({ progress: 0, isRunning: false })
    broken.add('b')
    act(() => result.current.run())
    await waitFor(() => expect(statuses()).toEqual(['a success', 'b error', 'c success']))
    expect(result.current.items.map(({ data }) => data)).toEqual(['A', undefined, 'C'])
    expect(result.current).toMatchObject({ progress: 1, isRunning: false })
    const [first] = result.current.items
    act(() => result.current.run())
    await act(() => macrotasks())
    broken.clear()
    act(() => result.current.retryFailed())
    await waitFor(() => expect(statuses()).toEqual(['a success', 'b success', 'c success']))
    expect(result.current.items[0]).toBe(first)
    expect(told.toSorted()).toEqual(['a A', 'b B', 'b no b', 'c C'])
  })

  it('holds maxInFlight, tells progress, and aborts one or all', async () => {
    const { result, statuses, runtime } = mount('wait', ['a', 'b', 'c', 'd'], { maxInFlight: 2 })
    act(() => result.current.run())
    await waitFor(() => expect(statuses()).toEqual(['a running', 'b running', 'c queued', 'd queued']))
    await waitFor(() => expect(result.current.progress).toBe(0.25))
    expect(runtime.getRuntimeSnapshot().tasks[0]?.queue).toMatchObject({ inFlight: 2, pending: 0 })
    act(() => result.current.abort('c', 'not this'))
    act(() => result.current.abort('a', 'nor this'))
    await waitFor(() => expect(statuses()).toEqual(['a canceled', 'b running', 'c canceled', 'd running']))
    expect(result.current.items[0]).toMatchObject({ reason: 'nor this' })
    expect(result.current.items[2]).toMatchObject({ reason: 'not this' })
    act(() => gates.get('b')?.())
    await waitFor(() => expect(statuses()).toContain('b success'))
    act(() => result.current.abort())
    await waitFor(() => expect(result.current.isRunning).toBe(false))
    expect(statuses()).toEqual(['a canceled', 'b success', 'c canceled', 'd canceled'])
    act(() => result.current.run())
    await waitFor(() => expect(statuses()).toEqual(['a running', 'b success', 'c running', 'd queued']))
  })

  it('keeps states by key while the list changes, and aborts what has left it', async () => {
    const { result, statuses, rerender, runtime } = mount('wait', ['a', 'b'])
    act(() => result.current.run())
    await waitFor(() => expect(statuses()).toEqual(['a running', 'b running']))
    act(() => gates.get('b')?.())
    await waitFor(() => expect(statuses()).toEqual(['a running', 'b success']))
    rerender({ items: ['b', 'new'], name: 'wait' })
    expect(statuses()).toEqual(['b success', 'new idle'])
    await waitFor(() => expect(runtime.getRuntimeSnapshot().tasks[0]?.counts.canceled).toBe(1))
    rerender({ items: ['a', 'b'], name: 'wait' })
    expect(statuses()).toEqual(['a idle', 'b success'])
    rerender({ items: ['a', 'b'], name: 'shout' })
    expect(statuses()).toEqual(['a idle', 'b idle'])
  })

  it('renders at most once a frame, whatever the number of items', async () => {
    const many = Array.from({ length: 200 }, (_, n) => `n${n}`)
    const { result, renders } = mount('shout', many)
    const before = renders()
    act(() => result.current.run())
    await waitFor(() => expect(result.current.progress).toBe(1), { timeout: 10_000 })
    expect(renders() - before).toBeLessThan(100)
  })

  it('aborts what is open when it unmounts', async () => {
    const { result, unmount, runtime, statuses } = mount('wait', ['a', 'b', 'c'], { maxInFlight: 1 })
    act(() => result.current.run())
    await waitFor(() => expect(statuses()[0]).toBe('a running'))
    unmount()
    await waitFor(() =>
      expect(runtime.getRuntimeSnapshot().tasks[0]?.counts).toMatchObject({ canceled: 1, dispatched: 1 }),
    )
    await macrotasks()
    expect(runtime.getRuntimeSnapshot().tasks[0]?.counts).toMatchObject({ canceled: 1, dispatched: 1 })
  })

  it('gives up what is run after the unmount, and tells nobody of it', async () => {
    const told: string[] = []
    const { result, unmount, runtime } = mount('wait', ['a', 'b'], {
      onSuccess: (data) => told.push(data),
    })
    const { run } = result.current
    unmount()
    await macrotasks()
    run()
    await waitFor(() => expect(runtime.getRuntimeSnapshot().tasks[0]?.counts.canceled).toBe(2))
    const late = mount('shout', ['c'], { onSuccess: (data) => told.push(data), abortAfterUnmountMs: 10_000 })
    late.unmount()
    late.result.current.run()
    await waitFor(() => expect(late.runtime.getRuntimeSnapshot().tasks[0]?.counts.succeeded).toBe(1))
    await macrotasks()
    expect(told).toEqual([])
  })

  it('aborts an item whose call is only being made', async () => {
    let abort = (): void => {}
    const options = {
      get key(): string {
        abort()
        return 'k'
      },
    }
    const { result, statuses } = mount('wait', ['a'], { with: options })
    abort = () => result.current.abort('a', 'too early')
    act(() => result.current.run())
    await waitFor(() => expect(statuses()).toEqual(['a canceled']))
    expect(result.current.items[0]).toMatchObject({ reason: 'too early' })
  })
  it('of items with one key lists the last, and warns of it', async () => {
    let shown: string[] = []
    warnings.push(
      ...(await saidOnConsole(() => {
        shown = mount('shout', ['a', 'b', 'a'], { keyOf: (text) => text }).statuses()
      })),
    )
    expect(shown).toEqual(['a idle', 'b idle'])
    expect(warnings).toEqual([expect.stringMatching(/useTaskMap\(\) received 3 items with 2 keys.*keyOf/)])
  })
})

// Once is once a page.
const warnings: string[] = []

describe('items as they were shown', () => {
  const idle = { status: 'idle' } as const

  it('stay the same objects while they are in the list, and are forgotten after it', () => {
    const shown = new ShownItems()
    const first = shown.of('first', 'first', idle)
    for (let n = 0; n < 1_000; n++) {
      shown.of(n, `${n}`, idle)
      shown.forget(
        new Map<unknown, unknown>([
          ['first', 'first'],
          [n, `${n}`],
        ]),
      )
    }
    expect(shown.of('first', 'first', idle)).toBe(first)
    expect(shown.idle.size).toBeLessThan(200)
  })
})
