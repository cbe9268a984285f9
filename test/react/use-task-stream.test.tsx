/** `useTaskStream`: items as they come in, and what becomes of them at the end. */
import { act, renderHook, waitFor } from '@testing-library/react'
import { useTaskStream, type UseTaskStreamOptions } from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { expect, it, vi } from 'vitest'
import { describeHook, gates, inRuntime, macrotasks, useWorld } from './support.tsx'

describeHook('useTaskStream', () => {
  const world = useWorld()

  /** Counts up to `to`, waiting at the gate of each number. */
  function counters() {
    const doors = gates<void>()
    const seen: string[] = []
    const handlers = {
      async *count(to: number) {
        const { signal, progress } = taskContext()
        signal.addEventListener('abort', () => seen.push(`${to} aborted`))
        for (let i = 1; i <= to; i++) {
          await doors.at(i)
          progress(i / to)
          if (i === 13) throw new RangeError('unlucky')
          yield i
        }
        return `${to} items`
      },
    }
    return { doors, seen, options: world.task(handlers) }
  }

  type Options = UseTaskStreamOptions<[number], number, string>

  function renderCount(more: Options = {}) {
    const counter = counters()
    const runtime = world.runtime()
    const rendered = renderHook((props: Options) => useTaskStream(counter.options, 'count', props), {
      wrapper: inRuntime(runtime),
      initialProps: more,
    })
    const open = (...numbers: number[]) => act(async () => numbers.forEach((n) => counter.doors.open(n)))
    return { ...counter, ...rendered, open }
  }

  it('is idle and empty until it is run', () => {
    const { result } = renderCount()
    expect(result.current).toMatchObject({ status: 'idle', items: [] })
    expect(world.spawned()).toBe(0)
  })

  it('collects the items as they come, and ends with what the generator returns', async () => {
    const { result, open } = renderCount()
    act(() => result.current.run(3))
    await open(1)
    await waitFor(() => expect(result.current).toMatchObject({ status: 'running', args: [3], items: [1] }))
    const early = result.current.items
    await open(2, 3)
    await waitFor(() =>
      expect(result.current).toMatchObject({ status: 'success', items: [1, 2, 3], result: '3 items' }),
    )
    expect(early).toEqual([1])
  })

  it('a thousand items are a few renders, and all of them are there', async () => {
    const options = world.task({
      *count(to: number) {
        for (let i = 1; i <= to; i++) yield i
      },
    })
    let renders = 0
    const { result } = renderHook(
      () => {
        renders++
        return useTaskStream(options, 'count')
      },
      { wrapper: inRuntime(world.runtime()) },
    )
    const began = performance.now()
    act(() => result.current.run(1_000))
    await waitFor(() => expect(result.current.status).toBe('success'))
    expect(result.current.items).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1))
    expect(renders).toBeLessThanOrEqual(2 * (4 + (performance.now() - began) / 16))
  })

  it('limit keeps the newest', async () => {
    const { result, open } = renderCount({ limit: 2 })
    act(() => result.current.run(7))
    await open(1, 2, 3, 4, 5)
    await waitFor(() => expect(result.current.items).toEqual([4, 5]))
    await open(6, 7)
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', items: [6, 7] }))
  })

  it('an error keeps the items that came before it', async () => {
    const onError = vi.fn<(error: Error) => void>()
    const { result, open } = renderCount({ onError })
    act(() => result.current.run(20))
    await open(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(result.current).toMatchObject({ error: { message: 'unlucky' } })
    expect(result.current.items).toHaveLength(12)
    expect(onError).toHaveBeenCalledOnce()
  })

  it('abort keeps them too, and stops the generator; reset drops them', async () => {
    const { result, open, seen, doors } = renderCount()
    act(() => result.current.run(3))
    await open(1)
    await waitFor(() => expect(result.current.items).toEqual([1]))
    act(() => result.current.abort('enough'))
    await waitFor(() =>
      expect(result.current).toMatchObject({ status: 'canceled', reason: 'enough', items: [1] }),
    )
    await waitFor(() => expect(seen).toEqual(['3 aborted']))
    doors.open(2)
    await act(() => macrotasks())
    expect(result.current.items).toEqual([1])
    act(() => result.current.reset())
    expect(result.current).toMatchObject({ status: 'idle', items: [] })
  })

  it('another run supersedes the first, none of whose items land', async () => {
    const onItem = vi.fn<(item: number, args: [number]) => void>()
    const onSuccess = vi.fn<(result: string, args: [number]) => void>()
    const { result, open, seen } = renderCount({ onItem, onSuccess })
    act(() => result.current.run(3))
    await open(1)
    await waitFor(() => expect(result.current.items).toEqual([1]))
    act(() => result.current.run(2))
    expect(result.current.items).toEqual([])
    await waitFor(() => expect(seen).toEqual(['3 aborted']))
    await open(2, 3)
    await waitFor(() =>
      expect(result.current).toMatchObject({ status: 'success', items: [1, 2], result: '2 items' }),
    )
    expect(onItem.mock.calls).toEqual([
      [1, [3]],
      [1, [2]],
      [2, [2]],
    ])
    expect(onSuccess.mock.calls).toEqual([['2 items', [2]]])
  })

  it('the unmount aborts it', async () => {
    const { result, open, seen, unmount } = renderCount()
    act(() => result.current.run(3))
    await open(1)
    await waitFor(() => expect(result.current.items).toEqual([1]))
    unmount()
    await waitFor(() => expect(seen).toEqual(['3 aborted']))
  })
})
