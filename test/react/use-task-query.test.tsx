/** `useTaskQuery`: one call for all who ask the same, made again when the arguments change. */
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  keepPrevious,
  skipToken,
  type TaskOptions,
  useTaskQuery,
  type UseTaskQueryOptions,
  taskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { Component, type ReactNode, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import { Activity, describeHook, gates, inRuntime, macrotasks, saidOnConsole, useWorld } from './support.tsx'

describeHook('useTaskQuery', ({ strict }) => {
  const world = useWorld()

  /** A `search` whose calls wait at their gates. */
  function searches() {
    const doors = gates<void>()
    const seen: string[] = []
    const handlers = {
      async search(text: string) {
        const { signal, progress } = taskContext()
        seen.push(text)
        progress(`reading ${text}`)
        signal.addEventListener('abort', () => seen.push(`${text} aborted`))
        await doors.at(text)
        if (text === 'bad') throw new RangeError('bad text')
        return text.toUpperCase()
      },
    }
    return { doors, seen, options: world.task(handlers) }
  }

  type Search = { search(text: string): Promise<string> }

  function renderSearch(
    options: TaskOptions<Search>,
    first: string | null,
    more: UseTaskQueryOptions<string> = {},
  ) {
    const runtime = world.runtime()
    return renderHook(
      ({ text }: { text: string | null }) =>
        useTaskQuery(text === null ? skipToken : taskQuery(options, 'search', text), more),
      { wrapper: inRuntime(runtime), initialProps: { text: first } },
    )
  }

  it('calls when it has mounted, and gives the result', async () => {
    const { options, doors, seen } = searches()
    const { result } = renderSearch(options, 'a')
    expect(result.current).toMatchObject({
      status: 'pending',
      activity: 'queued',
      isPending: true,
      args: ['a'],
    })
    await act(() => doors.reached('a'))
    await waitFor(() =>
      expect(result.current).toMatchObject({ status: 'pending', activity: 'running', progress: 'reading a' }),
    )
    doors.open('a')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', data: 'A' }))
    expect(seen).toEqual(['a'])
  })

  it('does not render once more for being started', () => {
    const { options } = searches()
    const states: unknown[] = []
    const runtime = world.runtime()
    renderHook(() => states.push(useTaskQuery(taskQuery(options, 'search', 'a'))), {
      wrapper: inRuntime(runtime),
    })
    for (const state of states) expect(state).toMatchObject({ status: 'pending', activity: 'queued' })
    expect(states).toHaveLength(strict ? 2 : 1)
  })

  it('calls nothing for skipToken, and does when there is something to ask', async () => {
    const { options, doors, seen } = searches()
    const { result, rerender } = renderSearch(options, null)
    await act(() => macrotasks())
    expect(result.current.status).toBe('idle')
    expect(seen).toEqual([])
    doors.open('a')
    rerender({ text: 'a' })
    await waitFor(() => expect(result.current.data).toBe('A'))
    rerender({ text: null })
    expect(result.current.status).toBe('idle')
    act(() => void result.current.refetch())
    expect(result.current.status).toBe('idle')
  })

  it('other arguments abort the earlier call, whose result never lands', async () => {
    const { options, doors, seen } = searches()
    const { result, rerender } = renderSearch(options, 'a')
    await act(() => doors.reached('a'))
    rerender({ text: 'ab' })
    await act(() => doors.reached('ab'))
    await waitFor(() => expect(seen).toContain('a aborted'))
    doors.open('a')
    await act(() => macrotasks())
    expect(result.current).toMatchObject({
      status: 'pending',
      activity: 'running',
      args: ['ab'],
      data: undefined,
    })
    doors.open('ab')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', data: 'AB' }))
  })

  it('equal arguments are the same query, however they were made', async () => {
    const doors = gates<number>()
    let calls = 0
    const options = world.task({
      sum: (input: { a: number[]; b: Date }) => (calls++, doors.at(input.a.length)),
    })
    const { result, rerender } = renderHook(
      ({ flip }: { flip: boolean }) => {
        const [a, b] = [[1, 2], new Date(7)]
        return useTaskQuery(taskQuery(options, 'sum', flip ? { b, a } : { a, b }))
      },
      { wrapper: inRuntime(world.runtime()), initialProps: { flip: false } },
    )
    doors.open(2, 3)
    await waitFor(() => expect(result.current.data).toBe(3))
    const first = result.current
    rerender({ flip: true })
    expect(result.current).toBe(first)
    expect(calls).toBe(1)
  })

  it('buffers are known by identity', async () => {
    let calls = 0
    const options = world.task({ size: (buffer: ArrayBuffer) => (calls++, buffer.byteLength) })
    const same = new ArrayBuffer(4)
    const { result, rerender } = renderHook(
      ({ buffer }: { buffer: ArrayBuffer }) => useTaskQuery(taskQuery(options, 'size', buffer)),
      { wrapper: inRuntime(world.runtime()), initialProps: { buffer: same } },
    )
    await waitFor(() => expect(result.current.data).toBe(4))
    rerender({ buffer: same })
    expect(calls).toBe(1)
    rerender({ buffer: new ArrayBuffer(4) })
    await waitFor(() => expect(calls).toBe(2))
    await waitFor(() => expect(result.current.status).toBe('success'))
  })

  it('an explicit key stands for the arguments', async () => {
    let calls = 0
    const options = world.task({ count: (list: number[]) => (calls++, list.length) })
    const { result, rerender } = renderHook(
      ({ list, key }: { list: number[]; key: string }) =>
        useTaskQuery(taskQuery(options, 'count', list), { argsKey: key }),
      { wrapper: inRuntime(world.runtime()), initialProps: { list: [1], key: 'v1' } },
    )
    await waitFor(() => expect(result.current.data).toBe(1))
    rerender({ list: [1, 2], key: 'v1' })
    expect(result.current.data).toBe(1)
    rerender({ list: [1, 2], key: 'v2' })
    await waitFor(() => expect(result.current.data).toBe(2))
    expect(calls).toBe(2)
  })

  it('keepPrevious as a placeholder shows the last result while the next is on its way', async () => {
    const { options, doors } = searches()
    const { result, rerender } = renderSearch(options, 'a', { placeholderData: keepPrevious })
    doors.open('a')
    await waitFor(() => expect(result.current.data).toBe('A'))
    rerender({ text: 'b' })
    expect(result.current).toMatchObject({
      status: 'success',
      isPlaceholderData: true,
      activity: 'queued',
      args: ['b'],
      data: 'A',
    })
    doors.open('b')
    await waitFor(() =>
      expect(result.current).toMatchObject({ status: 'success', isPlaceholderData: false, data: 'B' }),
    )
  })

  it('components that ask the same share one call; the last to leave aborts it', async () => {
    const { options, doors, seen } = searches()
    const runtime = world.runtime()
    const Row = () => <i>{useTaskQuery(taskQuery(options, 'search', 'a')).status}</i>
    const Page = ({ count }: { count: number }) => (
      <AtelierProvider runtime={runtime}>
        {/* It uses `count`: a function that closes over a local component alone, the compiler moves out of its reach. */}
        {Array.from({ length: count }, (_, i) => (
          <Row key={i % count} />
        ))}
      </AtelierProvider>
    )
    const { rerender } = render(<Page count={3} />)
    await act(() => doors.reached('a'))
    rerender(<Page count={1} />)
    await act(() => macrotasks())
    expect(seen).toEqual(['a'])
    rerender(<Page count={0} />)
    await waitFor(() => expect(seen).toEqual(['a', 'a aborted']))
  })

  it('a result is gone with its last reader, unless gcMs keeps it', async () => {
    for (const [gcMs, calls] of [
      [0, 2],
      [60_000, 1],
    ] as const) {
      const { options, doors, seen } = searches()
      doors.open('a')
      const { result, rerender, unmount } = renderSearch(options, 'a', { gcMs })
      await waitFor(() => expect(result.current.data).toBe('A'))
      rerender({ text: null })
      await act(() => macrotasks())
      rerender({ text: 'a' })
      await waitFor(() => expect(result.current.data).toBe('A'))
      expect(seen).toHaveLength(calls)
      unmount()
    }
  })

  it('refetch calls again, the data staying until then', async () => {
    const { options, doors, seen } = searches()
    const { result } = renderSearch(options, 'a')
    doors.open('a')
    await waitFor(() => expect(result.current.data).toBe('A'))
    const { refetch } = result.current
    act(() => void refetch())
    expect(result.current).toMatchObject({ status: 'success', activity: 'queued', data: 'A' })
    await waitFor(() => expect(result.current.activity).toBe('none'))
    expect(result.current.status).toBe('success')
    expect(seen).toEqual(['a', 'a'])
    expect(result.current.refetch).toBe(refetch)
  })

  it('an error is a state, and is left behind with its arguments; refetch tries again', async () => {
    const { options, doors, seen } = searches()
    const { result, rerender } = renderSearch(options, 'bad')
    doors.open('bad')
    await waitFor(() => expect(result.current.error).toBeInstanceOf(RangeError))
    act(() => void result.current.refetch())
    await waitFor(() => expect(seen).toHaveLength(2))
    await waitFor(() => expect(result.current.status).toBe('error'))
    doors.open('good')
    rerender({ text: 'good' })
    expect(result.current.error).toBeUndefined()
    await waitFor(() => expect(result.current.data).toBe('GOOD'))
  })

  it('throwOnError hands the error to the boundary; a boundary that is reset tries again', async () => {
    const { options, doors, seen } = searches()
    const runtime = world.runtime()
    class Boundary extends Component<{ children: ReactNode }> {
      override state = { error: null as Error | null }
      static getDerivedStateFromError(error: Error) {
        return { error }
      }
      override render() {
        const { error } = this.state
        return error ? (
          <button type="button" onClick={() => this.setState({ error: null })}>
            {error.message}
          </button>
        ) : (
          this.props.children
        )
      }
    }
    const Query = ({ text }: { text: string }) => (
      <i>
        {useTaskQuery(taskQuery(options, 'search', text), { throwOnError: true, gcMs: 60_000 }).data ??
          'waiting'}
      </i>
    )
    const Page = ({ text }: { text: string }) => (
      <AtelierProvider runtime={runtime}>
        <Boundary>
          <Query text={text} />
        </Boundary>
      </AtelierProvider>
    )
    const { rerender } = render(<Page text="bad" />)
    await saidOnConsole(async () => {
      doors.open('bad')
      await screen.findByText('bad text')
    })
    await saidOnConsole(async () => {
      act(() => screen.getByRole('button').click())
      expect(screen.getByText('waiting')).toBeTruthy()
      await screen.findByText('bad text')
    })
    rerender(<Page text="good" />)
    act(() => screen.getByRole('button').click())
    doors.open('good')
    await screen.findByText('GOOD')
    expect(seen).toEqual(['bad', 'bad', 'good'])
  })

  it.runIf(Activity)(
    'hidden by an Activity it gives up an open call, and calls again when shown',
    async () => {
      const { options, doors, seen } = searches()
      const runtime = world.runtime()
      const Query = () => <i>{useTaskQuery(taskQuery(options, 'search', 'a')).data ?? 'waiting'}</i>
      const Page = ({ mode }: { mode: 'visible' | 'hidden' }) => (
        <AtelierProvider runtime={runtime}>
          <Activity mode={mode}>
            <Query />
          </Activity>
        </AtelierProvider>
      )
      const { rerender } = render(<Page mode="visible" />)
      await act(() => doors.reached('a'))
      rerender(<Page mode="hidden" />)
      await waitFor(() => expect(seen).toEqual(['a', 'a aborted']))
      doors.open('a')
      rerender(<Page mode="visible" />)
      await screen.findByText('A')
    },
  )

  it('renders as pending on a server, and hydrates without a mismatch', async () => {
    const { options, doors, seen } = searches()
    const runtime = world.runtime()
    const Query = () => {
      const { status, data } = useTaskQuery(taskQuery(options, 'search', 'a'))
      return <i>{data ?? status}</i>
    }
    const page = (
      <StrictMode>
        <AtelierProvider runtime={runtime}>
          <Query />
        </AtelierProvider>
      </StrictMode>
    )
    const html = renderToString(page)
    expect(html).toContain('pending')
    expect(seen).toEqual([])
    const container = document.createElement('div')
    container.innerHTML = html
    const errors: unknown[] = []
    const root = await act(async () =>
      hydrateRoot(container, page, { onRecoverableError: (error) => errors.push(error) }),
    )
    doors.open('a')
    await waitFor(() => expect(container.textContent).toBe('A'))
    expect(errors).toEqual([])
    act(() => root.unmount())
    await macrotasks()
  })
})
