/** TanStack Query caches, Atelier computes: a query's signal is the call's, so what Query cancels stops in the worker. */
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { act, render, screen, waitFor } from '@testing-library/react'
import { AtelierProvider, type TaskOptions, useTask } from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import type { ReactNode } from 'react'
import { afterEach, expect, it } from 'vitest'
import { describeHook, gates, useWorld } from '../support.tsx'

type Words = { count(text: string): Promise<number> }

function Count({ task, text }: { task: TaskOptions<Words>; text: string }) {
  const words = useTask(task)
  const { data, error, status } = useQuery({
    queryKey: ['words', text],
    queryFn: ({ signal }) => words.with({ signal }).count(text),
  })
  if (status === 'error') return <p role="alert">{error.message}</p>
  return <output>{status === 'success' ? `${data} words` : 'counting'}</output>
}

describeHook('TanStack Query', () => {
  const world = useWorld()
  const clients: QueryClient[] = []
  afterEach(() => {
    for (const client of clients.splice(0)) client.clear()
  })

  function words() {
    const doors = gates<void>()
    const seen: string[] = []
    const handlers = {
      async count(text: string) {
        const { signal } = taskContext()
        seen.push(text)
        signal.addEventListener('abort', () => seen.push(`${text} aborted`))
        await doors.at(text)
        if (text === 'bad') throw new RangeError('not a text')
        return text.split(' ').length
      },
    }
    return { doors, seen, task: world.task(handlers) }
  }

  function page() {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
    clients.push(client)
    const runtime = world.runtime()
    return ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={client}>
        <AtelierProvider runtime={runtime}>{children}</AtelierProvider>
      </QueryClientProvider>
    )
  }

  it('shows the result of the worker, one call for all who ask the same', async () => {
    const { task, doors, seen } = words()
    render(
      <>
        <Count task={task} text="a b c" />
        <Count task={task} text="a b c" />
      </>,
      { wrapper: page() },
    )
    await act(() => doors.reached('a b c'))
    await act(async () => doors.open('a b c'))
    await waitFor(() => expect(screen.getAllByText('3 words')).toHaveLength(2))
    expect(seen.filter((text) => text === 'a b c aborted')).toEqual([])
  })

  it('leaving the page stops the worker', async () => {
    const { task, doors, seen } = words()
    const { rerender } = render(<Count task={task} text="a b" />, { wrapper: page() })
    await act(() => doors.reached('a b'))
    rerender(<p>elsewhere</p>)
    await waitFor(() => expect(seen.at(-1)).toBe('a b aborted'))
  })

  it('another key stops the call of the one before', async () => {
    const { task, doors, seen } = words()
    const { rerender } = render(<Count task={task} text="a" />, { wrapper: page() })
    await act(() => doors.reached('a'))
    rerender(<Count task={task} text="a b" />)
    await waitFor(() => expect(seen).toContain('a aborted'))
    doors.open('a b')
    expect(await screen.findByText('2 words')).toBeTruthy()
  })

  it('cancelQueries stops it as well, and a refetch runs it again', async () => {
    const { task, doors, seen } = words()
    function Buttons() {
      const client = useQueryClient()
      return (
        <>
          <button type="button" onClick={() => void client.cancelQueries()}>
            Cancel
          </button>
          <button type="button" onClick={() => void client.refetchQueries()}>
            Again
          </button>
        </>
      )
    }
    render(
      <>
        <Count task={task} text="a" />
        <Buttons />
      </>,
      { wrapper: page() },
    )
    await act(() => doors.reached('a'))
    act(() => screen.getByText('Cancel').click())
    await waitFor(() => expect(seen.at(-1)).toBe('a aborted'))
    doors.open('a')
    act(() => screen.getByText('Again').click())
    expect(await screen.findByText('1 words')).toBeTruthy()
  })

  it("the handler's error is the query's", async () => {
    const { task, doors } = words()
    doors.open('bad')
    render(<Count task={task} text="bad" />, { wrapper: page() })
    expect((await screen.findByRole('alert')).textContent).toBe('not a text')
  })
})
