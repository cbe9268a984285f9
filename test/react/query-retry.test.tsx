/** `retry` of queries: how often they ask again before they fail, and what is shown meanwhile. */
import { renderHook, screen, waitFor, render } from '@testing-library/react'
import {
  type TaskRetry,
  taskQuery,
  useSuspenseTaskQuery,
  useTaskQuery,
  type UseTaskQueryOptions,
} from 'atelier-react'
import { Suspense } from 'react'
import { expect, it } from 'vitest'
import { describeHook, inRuntime, useWorld } from './support.tsx'

describeHook('retry of a query', () => {
  const world = useWorld()

  /** A `load` that throws so many times, and then gives how often it was called. */
  function loads(failures: number, retry?: number | TaskRetry) {
    const seen: string[] = []
    const options = world.task(
      {
        async load(name: string) {
          seen.push(name)
          if (seen.length <= failures) throw new RangeError(`failure ${seen.length}`)
          return seen.length
        },
      },
      retry === undefined ? {} : { retry },
    )
    return { seen, query: taskQuery(options, 'load', 'a') }
  }

  type Options = UseTaskQueryOptions<number>

  it.each<[string, number, Options, number | TaskRetry | undefined, unknown, number]>([
    ['nothing', 1, {}, undefined, 'failure 1', 1],
    ['a number', 2, { retry: 2 }, undefined, 3, 3],
    ['a number that is too small', 3, { retry: 1 }, undefined, 'failure 2', 2],
    ['an object', 2, { retry: { error: 2, shouldRetry: () => true } }, undefined, 3, 3],
    [
      'a function that says no',
      2,
      { retry: { error: 5, shouldRetry: () => false } },
      undefined,
      'failure 1',
      1,
    ],
    ['what the task says', 1, {}, 1, 2, 2],
    ['less than the task', 1, { retry: 0 }, 3, 'failure 1', 1],
    ['more than with', 2, { retry: 2, with: { retry: 0, priority: 'high' } }, undefined, 3, 3],
  ])('%s', async (_name, failures, options, ofTask, end, calls) => {
    const { seen, query } = loads(failures, ofTask)
    const statuses = new Set<string>()
    const { result } = renderHook(
      () => {
        const state = useTaskQuery(query, options)
        statuses.add(state.status)
        return state
      },
      { wrapper: inRuntime(world.runtime()) },
    )
    await waitFor(() => expect(result.current.isPending).toBe(false))
    expect(result.current.data ?? result.current.error?.message).toBe(end)
    expect(seen).toHaveLength(calls)
    expect([...statuses]).toEqual(['pending', result.current.status])
  })

  it('holds for refetch, and the next call takes the newest', async () => {
    const { seen, query } = loads(2)
    const { result, rerender } = renderHook(({ retry }) => useTaskQuery(query, { retry }), {
      wrapper: inRuntime(world.runtime()),
      initialProps: { retry: 0 },
    })
    await waitFor(() => expect(result.current.error?.message).toBe('failure 1'))
    rerender({ retry: 1 })
    expect(seen).toHaveLength(1)
    expect(await result.current.refetch()).toMatchObject({ status: 'success', data: 3 })
  })

  it('keeps a suspended component out of its error boundary', async () => {
    const { query } = loads(2)
    function Count() {
      return <p>{useSuspenseTaskQuery(query, { retry: 2 }).data}</p>
    }
    const Wrapper = inRuntime(world.runtime())
    render(
      <Wrapper>
        <Suspense fallback="waits">
          <Count />
        </Suspense>
      </Wrapper>,
    )
    expect(await screen.findByText('3')).toBeDefined()
  })

  it('that means nothing is an error of the call, which names it', async () => {
    const { query } = loads(0)
    const { result } = renderHook(() => useTaskQuery(query, { retry: { times: 3 } as TaskRetry }), {
      wrapper: inRuntime(world.runtime()),
    })
    await waitFor(() => expect(result.current.error?.message).toContain('Unknown option "retry.times"'))
  })
})
