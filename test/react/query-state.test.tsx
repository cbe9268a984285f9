/** What `useTaskQuery` shows: `status` is about the data, `activity` about the work, and a call that is canceled leaves what there was. */
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  keepPrevious,
  skipToken,
  taskQuery,
  type TaskRuntime,
  useTaskQuery,
  type UseTaskQueryOptions,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import { describeHook, gates, inRuntime, macrotasks, useWorld } from './support.tsx'

describeHook('the state of useTaskQuery', () => {
  const world = useWorld()

  /** A `search` whose calls wait at their gates; `state.fails` makes the next ones fail. */
  function searches() {
    const doors = gates<void>()
    const state = { fails: false, calls: 0 }
    const task = world.task({
      async search(text: string) {
        state.calls++
        taskContext().progress(`reading ${text}`)
        await doors.at(text)
        if (state.fails) throw new RangeError('bad text')
        return { text, hits: text.length }
      },
    })
    const hitsOf = (text: string) => taskQuery(task, 'search', text)
    return { doors, state, hitsOf, task }
  }

  type Hits = { text: string; hits: number }

  function renderSearch<Data = Hits>(more: UseTaskQueryOptions<Hits, Data> = {}, first: string | null = 'a') {
    const search = searches()
    const runtime = world.runtime()
    const rendered = renderHook(
      ({ text }: { text: string | null }) =>
        useTaskQuery(text === null ? skipToken : search.hitsOf(text), more),
      { wrapper: inRuntime(runtime), initialProps: { text: first } },
    )
    const abort = (runtimeOf: TaskRuntime = runtime) =>
      act(async () => runtimeOf.abort({ key: 'key' }, 'not now'))
    return { ...search, ...rendered, runtime, abort }
  }

  it('typing with kept data never leaves success: what changes is the activity', async () => {
    const { doors, hitsOf } = searches()
    const seen: string[] = []
    const { rerender, result } = renderHook(
      ({ text }: { text: string }) => {
        const query = useTaskQuery(hitsOf(text), { placeholderData: keepPrevious })
        seen.push(query.status)
        return query
      },
      { wrapper: inRuntime(world.runtime()), initialProps: { text: 'a' } },
    )
    doors.open('a')
    await waitFor(() => expect(result.current.status).toBe('success'))
    seen.length = 0
    for (const text of ['ab', 'abc', 'abcd']) {
      rerender({ text })
      expect(result.current).toMatchObject({ args: [text], data: { text: 'a' }, isPlaceholderData: true })
      await act(() => doors.reached(text))
    }
    doors.open('abcd')
    await waitFor(() => expect(result.current.isPlaceholderData).toBe(false))
    expect(result.current).toMatchObject({ data: { text: 'abcd' }, activity: 'none' })
    expect(new Set(seen)).toEqual(new Set(['success']))
  })

  it('activity says whether the call waits or runs, while the data is there', async () => {
    const { result, doors } = renderSearch()
    doors.open('a')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', activity: 'none' }))
    act(() => void result.current.refetch())
    expect(result.current).toMatchObject({ status: 'success', activity: 'queued', isPending: false })
    await waitFor(() => expect(result.current.activity).not.toBe('queued'))
    await waitFor(() => expect(result.current.activity).toBe('none'))
  })

  it.each(['pending', 'success', 'error'] as const)(
    'a canceled call goes back to the state before it: %s',
    async (before) => {
      const { result, doors, state, abort } = renderSearch({ with: { key: 'key' } })
      await act(() => doors.reached('a'))
      if (before !== 'pending') {
        state.fails = before === 'error'
        doors.open('a')
        await waitFor(() => expect(result.current.status).toBe(before))
        act(() => void result.current.refetch())
        expect(result.current.activity).toBe('queued')
        expect(result.current.status).toBe(before === 'success' ? 'success' : 'pending')
      }
      await abort()
      await waitFor(() => expect(result.current.activity).toBe('none'))
      expect(result.current.status).toBe(before)
      expect(result.current.error?.message).toBe(before === 'error' ? 'bad text' : undefined)
      expect(result.current.data).toEqual(before === 'success' ? { text: 'a', hits: 1 } : undefined)
    },
  )

  it('a canceled query is asked again by refetch, and by who mounts next', async () => {
    const { result, doors, state, abort, runtime, hitsOf } = renderSearch({ with: { key: 'key' } })
    await act(() => doors.reached('a'))
    await abort()
    await waitFor(() => expect(result.current).toMatchObject({ status: 'pending', activity: 'none' }))
    const calls = state.calls
    const second = renderHook(() => useTaskQuery(hitsOf('a')), { wrapper: inRuntime(runtime) })
    doors.open('a')
    await waitFor(() => expect(second.result.current.status).toBe('success'))
    expect(result.current.status).toBe('success')
    expect(state.calls).toBe(calls + 1)
    await act(() => result.current.refetch())
    expect(state.calls).toBe(calls + 2)
  })

  it('an error keeps the last data, and is gone while it is tried again', async () => {
    const { result, doors, state } = renderSearch()
    doors.open('a')
    await waitFor(() => expect(result.current.status).toBe('success'))
    state.fails = true
    await act(() => result.current.refetch())
    expect(result.current).toMatchObject({ status: 'error', activity: 'none', data: { text: 'a' } })
    state.fails = false
    act(() => void result.current.refetch())
    expect(result.current).toMatchObject({ status: 'success', activity: 'queued', error: undefined })
    await waitFor(() => expect(result.current).toMatchObject({ status: 'success', activity: 'none' }))
  })

  it('refetch resolves to the state when the call is over, whatever became of it', async () => {
    const { result, doors, state, abort } = renderSearch({
      with: { key: 'key' },
      select: ({ hits }: Hits) => hits,
    })
    doors.open('a')
    await waitFor(() => expect(result.current.data).toBe(1))
    const { refetch } = result.current
    expect(await act(() => refetch())).toMatchObject({ status: 'success', data: 1 })
    state.fails = true
    expect(await act(() => refetch())).toMatchObject({ status: 'error', data: 1 })
    let canceled!: ReturnType<typeof refetch>
    act(() => void (canceled = refetch()))
    await abort()
    expect(await act(() => canceled)).toMatchObject({ status: 'error', activity: 'none' })
  })

  it('select: data that is equal stays the same object, however often it is made', async () => {
    const { doors, hitsOf } = searches()
    const seen: unknown[] = []
    const { result, rerender } = renderHook(
      ({ more }: { more: number }) => {
        const query = useTaskQuery(hitsOf('a'), { select: ({ hits }) => ({ list: [hits, more] }) })
        seen.push(query)
        return query
      },
      { wrapper: inRuntime(world.runtime()), initialProps: { more: 1 } },
    )
    doors.open('a')
    await waitFor(() => expect(result.current.data).toEqual({ list: [1, 1] }))
    const first = result.current
    rerender({ more: 1 })
    expect(result.current).toBe(first)
    await act(() => result.current.refetch())
    expect(result.current.data).toBe(first.data)
    rerender({ more: 2 })
    expect(result.current.data).toEqual({ list: [1, 2] })
  })

  it.each([
    [true, 1, 'sharing'],
    [false, 2, 'none'],
  ])('structuralSharing %s: a result that is equal is %i object', async (structuralSharing, objects) => {
    const { doors, result } = renderSearch({ structuralSharing })
    await act(async () => doors.open('a'))
    await waitFor(() => expect(result.current.status).toBe('success'))
    const seen = new Set([result.current.data])
    await act(() => result.current.refetch())
    seen.add(result.current.data)
    expect(seen.size).toBe(objects)
  })

  it('no data of other arguments is shown when those of these fail, or are skipped', async () => {
    const { doors, state, result, rerender } = renderSearch({ placeholderData: keepPrevious })
    await act(async () => doors.open('a'))
    await waitFor(() => expect(result.current.data).toEqual({ text: 'a', hits: 1 }))
    state.fails = true
    rerender({ text: 'b' })
    await act(async () => doors.open('b'))
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(result.current.data).toBeUndefined()
    rerender({ text: null })
    expect(result.current).toMatchObject({ status: 'idle', data: undefined })
  })

  it('select that throws is an error of the query', async () => {
    const { result, doors, rerender } = renderSearch({
      select: ({ text, hits }: Hits) => {
        if (text === 'a') throw new TypeError('no hits')
        return hits
      },
    })
    doors.open('a')
    await waitFor(() => expect(result.current.error).toEqual(new TypeError('no hits')))
    expect(result.current.status).toBe('error')
    doors.open('bb')
    rerender({ text: 'bb' })
    await waitFor(() => expect(result.current.data).toBe(2))
  })

  it('placeholderData: a value, through select, and not kept', async () => {
    const { result, doors, rerender } = renderSearch({
      placeholderData: { text: '', hits: -1 },
      select: ({ hits }: Hits) => hits,
    })
    expect(result.current).toMatchObject({ status: 'success', data: -1, isPlaceholderData: true })
    expect(result.current.activity).not.toBe('none')
    doors.open('a')
    await waitFor(() => expect(result.current).toMatchObject({ data: 1, isPlaceholderData: false }))
    rerender({ text: 'bb' })
    expect(result.current).toMatchObject({ data: -1, isPlaceholderData: true })
    rerender({ text: null })
    expect(result.current).toMatchObject({ status: 'idle', data: undefined, isPlaceholderData: false })
  })

  it('placeholderData: a function of the last result; undefined is none, and an error has none', async () => {
    const { result, doors, rerender, state } = renderSearch({
      placeholderData: (previous: Hits | undefined) => previous && { ...previous, hits: 0 },
    })
    expect(result.current).toMatchObject({ status: 'pending', isPlaceholderData: false })
    doors.open('a')
    await waitFor(() => expect(result.current.status).toBe('success'))
    rerender({ text: 'b' })
    const { data } = result.current
    expect(data).toEqual({ text: 'a', hits: 0 })
    rerender({ text: 'b' })
    expect(result.current.data).toBe(data)
    state.fails = true
    doors.open('b')
    await waitFor(() => expect(result.current).toMatchObject({ status: 'error', data: undefined }))
  })

  it('options that a render makes again ask nothing', async () => {
    const { doors, hitsOf, state } = searches()
    const heard: unknown[] = []
    const { result, rerender } = renderHook(
      () =>
        useTaskQuery(hitsOf('a'), {
          with: {
            priority: 'high',
            attributes: { now: Math.random() },
            onProgress: (value) => heard.push(value),
          },
          select: (hits) => hits,
          placeholderData: (previous) => previous,
        }),
      { wrapper: inRuntime(world.runtime()) },
    )
    for (let i = 0; i < 5; i++) rerender()
    doors.open('a')
    await waitFor(() => expect(result.current.status).toBe('success'))
    for (let i = 0; i < 5; i++) rerender()
    await act(() => macrotasks())
    expect(state.calls).toBe(1)
    expect(heard).toEqual(['reading a'])
  })

  it('a query made outside React is the same query', async () => {
    const { doors, hitsOf, state } = searches()
    const made = hitsOf('a')
    const runtime = world.runtime()
    const Row = ({ count }: { count: number }) => <i>{useTaskQuery(made).data?.hits ?? count}</i>
    const Other = ({ count }: { count: number }) => <b>{useTaskQuery(hitsOf('a')).data?.hits ?? count}</b>
    render(
      <AtelierProvider runtime={runtime}>
        <Row count={0} />
        <Other count={0} />
      </AtelierProvider>,
    )
    doors.open('a')
    await waitFor(() => expect(screen.getAllByText('1')).toHaveLength(2))
    expect(state.calls).toBe(1)
  })

  it('a placeholder is what a server renders', () => {
    const { hitsOf } = searches()
    const runtime = world.runtime()
    const Row = () => {
      const { status, data } = useTaskQuery(hitsOf('a'), { placeholderData: { text: 'soon', hits: 0 } })
      return <i>{`${status} ${data?.text}`}</i>
    }
    const html = renderToString(
      <StrictMode>
        <AtelierProvider runtime={runtime}>
          <Row />
        </AtelierProvider>
      </StrictMode>,
    )
    expect(html).toContain('success soon')
  })
})
