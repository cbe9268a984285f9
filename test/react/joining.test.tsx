/** Hooks whose calls share a run: each of them shows its start, whether it began the run, joined it or inherits it. */
import { act, renderHook, waitFor } from '@testing-library/react'
import { useTaskCall } from 'atelier-react'
import { expect, it, vi } from 'vitest'
import { describeHook, gates, inRuntime, useWorld } from './support.tsx'

type Work = { work(text: string): Promise<string> }

describeHook('calls that share a run', () => {
  const world = useWorld()

  function setUp(count: number) {
    const doors = gates<void>()
    let runs = 0
    const task = world.task<Work>({
      work: async (text) => {
        runs++
        await doors.at(text)
        return text.toUpperCase()
      },
    })
    const heard = vi.fn<(who: number) => void>()
    const seen: string[][] = Array.from({ length: count }, () => [])
    const { result } = renderHook(
      () => {
        const options = (who: number) => ({
          with: { key: 'key', keyMode: 'dedupe', onStart: () => heard(who) } as const,
        })
        const all = [
          useTaskCall(task, 'work', options(0)),
          useTaskCall(task, 'work', options(1)),
          useTaskCall(task, 'work', options(2)),
        ].slice(0, count)
        all.forEach(({ status }, who) => {
          if (seen[who]?.at(-1) !== status) seen[who]?.push(status)
        })
        return all
      },
      { wrapper: inRuntime(world.runtime()) },
    )
    const run = (who: number) => act(() => result.current[who]?.run('text'))
    const status = (who: number) => result.current[who]?.status
    return { doors, runs: () => runs, heard, seen, run, status, result }
  }

  it('one that joins before the start is running when the run is', async () => {
    const { doors, runs, heard, seen, run, status } = setUp(2)
    run(0)
    run(1)
    await act(() => doors.reached('text'))
    await waitFor(() => expect([status(0), status(1)]).toEqual(['running', 'running']))
    doors.open('text')
    await waitFor(() => expect([status(0), status(1)]).toEqual(['success', 'success']))
    expect(seen[1]).toEqual(['idle', 'queued', 'running', 'success'])
    expect([runs(), heard.mock.calls.flat().sort()]).toEqual([1, [0, 1]])
  })

  it('one that joins a run which has started is running, and hears it once, after its method has returned', async () => {
    const { doors, runs, heard, run, status } = setUp(2)
    run(0)
    await act(() => doors.reached('text'))
    await waitFor(() => expect(status(0)).toBe('running'))
    run(1)
    await waitFor(() => expect(status(1)).toBe('running'))
    expect(heard.mock.calls.flat()).toEqual([0, 1])
    doors.open('text')
    await waitFor(() => expect([status(0), status(1)]).toEqual(['success', 'success']))
    expect([runs(), heard.mock.calls.flat()]).toEqual([1, [0, 1]])
  })

  it('one that inherits the run goes on, and one that joins the heir is running, too', async () => {
    const { doors, runs, heard, run, status, result } = setUp(3)
    run(0)
    run(1)
    await act(() => doors.reached('text'))
    await waitFor(() => expect(status(1)).toBe('running'))
    act(() => result.current[0]?.abort())
    await waitFor(() => expect(status(0)).toBe('canceled'))
    run(2)
    await waitFor(() => expect(status(2)).toBe('running'))
    doors.open('text')
    await waitFor(() => expect([status(1), status(2)]).toEqual(['success', 'success']))
    expect([runs(), heard.mock.calls.flat().sort()]).toEqual([1, [0, 1, 2]])
  })
})
