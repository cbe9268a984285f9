/** `useSuspenseTaskQuery`: one call however often it is rendered, kept until it is committed, gone when nobody reads it. */
import { act, render, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  createTaskRuntime,
  type TaskOptions,
  type TaskRuntime,
  useSuspenseTaskQuery,
  taskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { Component, type ReactNode, startTransition, Suspense, useEffect, useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { describeHook, gate, gates, macrotasks, saidOnConsole, until, useWorld } from './support.tsx'

class Boundary extends Component<{ children: ReactNode }> {
  override state = { error: null as Error | null }
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <button type="button" onClick={() => this.setState({ error: null })}>
        {error.message}
      </button>
    )
  }
}

const quiet = () => createTaskRuntime({ otel: false, performance: false })

describeHook('useSuspenseTaskQuery', () => {
  const world = useWorld()
  afterEach(() => vi.useRealTimers())

  function outlines() {
    const doors = gates<void>()
    const seen: string[] = []
    const handlers = {
      async outline(text: string) {
        const { signal } = taskContext()
        seen.push(text)
        signal.addEventListener('abort', () => seen.push(`${text} aborted`))
        await doors.at(text)
        if (text === 'bad') throw new RangeError('bad text')
        return `${text.toUpperCase()}${seen.filter((one) => one === text).length}`
      },
    }
    return { doors, seen, options: world.task(handlers) }
  }

  it('select makes the data, and equal data stays the same object', async () => {
    const { doors, options } = outlines()
    const seen: unknown[] = []
    let again = () => {}
    function Selecting() {
      const { data, refetch } = useSuspenseTaskQuery(taskQuery(options, 'outline', 'a'), {
        select: (text) => ({ first: text[0] }),
      })
      useEffect(() => {
        again = refetch
        seen.push(data)
      }, [data, refetch])
      return data.first
    }
    const runtime = world.runtime()
    render(
      <AtelierProvider runtime={runtime}>
        <Suspense fallback="…">
          <Selecting />
        </Suspense>
      </AtelierProvider>,
    )
    await act(async () => doors.open('a'))
    await screen.findByText('A')
    await act(async () => again())
    await act(macrotasks)
    expect(new Set(seen).size).toBe(1)
  })

  type Outline = { outline(text: string): Promise<string> }

  function Reader({ options, text }: { options: TaskOptions<Outline>; text: string }) {
    const { data, refetch } = useSuspenseTaskQuery(taskQuery(options, 'outline', text))
    return (
      <>
        <i>{data}</i>
        <button type="button" onClick={refetch}>{`again ${text}`}</button>
      </>
    )
  }

  const inside = (runtime: TaskRuntime, children: ReactNode) => (
    <AtelierProvider runtime={runtime}>
      <Boundary>
        <Suspense fallback="loading">{children}</Suspense>
      </Boundary>
    </AtelierProvider>
  )

  it('suspends until the result is there, with one call', async () => {
    const { options, doors, seen } = outlines()
    const runtime = world.runtime()
    const { rerender } = render(inside(runtime, <Reader options={options} text="a" />))
    await screen.findByText('loading')
    rerender(inside(runtime, <Reader options={options} text="a" />))
    await act(async () => doors.open('a'))
    await screen.findByText('A1')
    expect(seen).toEqual(['a'])
  })

  it('components that ask the same share the call', async () => {
    const { options, doors, seen } = outlines()
    render(
      inside(
        world.runtime(),
        <>
          <Reader options={options} text="a" />
          <Reader options={options} text="a" />
        </>,
      ),
    )
    await act(async () => doors.open('a'))
    await waitFor(() => expect(screen.getAllByText('A1')).toHaveLength(2))
    expect(seen).toEqual(['a'])
  })

  it('other arguments are another call; in a transition the old result stays meanwhile', async () => {
    const { options, doors } = outlines()
    function Page() {
      const [text, setText] = useState('a')
      return (
        <>
          <button type="button" onClick={() => startTransition(() => setText('b'))}>
            next
          </button>
          <Reader options={options} text={text} />
        </>
      )
    }
    render(inside(world.runtime(), <Page />))
    await act(async () => doors.open('a'))
    await screen.findByText('A1')
    await act(async () => screen.getByText('next').click())
    expect(screen.getByText('A1')).toBeTruthy()
    await act(async () => doors.open('b'))
    await screen.findByText('B1')
    expect(screen.queryByText('A1')).toBeNull()
  })

  it('refetch calls again, the data staying until then', async () => {
    const { options, doors, seen } = outlines()
    render(inside(world.runtime(), <Reader options={options} text="a" />))
    await act(async () => doors.open('a'))
    await screen.findByText('A1')
    act(() => screen.getByText('again a').click())
    expect(screen.getByText('A1')).toBeTruthy()
    await screen.findByText('A2')
    expect(seen).toEqual(['a', 'a'])
  })

  it('throws the error into the boundary, and calls anew for other arguments', async () => {
    const { options, doors } = outlines()
    const runtime = world.runtime()
    const { rerender } = render(inside(runtime, <Reader options={options} text="bad" />))
    await saidOnConsole(async () => {
      await act(async () => doors.open('bad'))
      await screen.findByText('bad text')
    })
    rerender(inside(runtime, <Reader options={options} text="good" />))
    await act(async () => screen.getByText('bad text').click())
    await act(async () => doors.open('good'))
    await screen.findByText('GOOD1')
    expect(screen.queryByText('bad text')).toBeNull()
  })

  it('an error is dropped a second later, so that a boundary that is reset tries again', async () => {
    const { options, doors, seen } = outlines()
    render(inside(world.runtime(), <Reader options={options} text="bad" />))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await saidOnConsole(async () => {
      await act(async () => doors.open('bad'))
      await until(() => screen.queryByText('bad text') !== null)
      act(() => screen.getByText('bad text').click())
      expect(seen).toEqual(['bad'])
      await act(() => vi.advanceTimersByTimeAsync(1_000))
      await act(async () => screen.getByText('bad text').click())
      await until(() => seen.length === 2)
      await until(() => screen.queryByText('bad text') !== null)
    })
    vi.useRealTimers()
  })

  it('a result that nobody commits is dropped a second after it is there, and not before', async () => {
    const { options, doors, seen } = outlines()
    const runtime = world.runtime()
    const never = gate()
    let isStuck = true
    function Stuck() {
      // oxlint-disable-next-line no-throw-literal -- what suspends on every React
      if (isStuck) throw never.passed
      return null
    }
    const page = inside(
      runtime,
      <>
        <Reader options={options} text="a" />
        <Stuck />
      </>,
    )
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { unmount } = render(page)
    await act(async () => doors.open('a'))
    await until(() => runtime.getRuntimeSnapshot().tasks[0]?.counts.succeeded === 1)
    unmount()
    isStuck = false
    await vi.advanceTimersByTimeAsync(999)
    const second = render(page)
    expect(screen.getByText('A1')).toBeTruthy()
    second.unmount()
    await vi.advanceTimersByTimeAsync(0)
    render(page)
    await until(() => seen.length === 2)
    await until(() => screen.queryByText('A2') !== null)
    vi.useRealTimers()
  })

  it('parts of one boundary wait for each other, however long the others take', async () => {
    const { options, doors, seen } = outlines()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    render(
      inside(
        world.runtime(),
        <>
          <Reader options={options} text="quick" />
          <Reader options={options} text="slow" />
        </>,
      ),
    )
    await act(async () => doors.open('quick'))
    await until(() => seen.includes('slow'))
    await act(() => vi.advanceTimersByTimeAsync(10_000))
    await act(async () => doors.open('slow'))
    await until(() => screen.queryByText('SLOW1') !== null)
    expect(screen.getByText('QUICK1')).toBeTruthy()
    expect(seen.toSorted()).toEqual(['quick', 'slow'])
    vi.useRealTimers()
  })

  it('goes with its last reader, and with it the call of a refetch', async () => {
    const { options, doors, seen } = outlines()
    const runtime = world.runtime()
    const { rerender } = render(inside(runtime, <Reader options={options} text="a" />))
    await act(async () => doors.open('a'))
    await screen.findByText('A1')
    rerender(inside(runtime, null))
    await act(() => macrotasks())
    rerender(inside(runtime, <Reader options={options} text="a" />))
    await screen.findByText('A2')
    expect(seen).toEqual(['a', 'a'])
  })

  it('an aborted refetch leaves the data; the superseded call never lands', async () => {
    const held = gates<number>()
    let calls = 0
    const options = world.task(
      { count: (key: string) => held.at(++calls + key.length - 1) },
      { methods: { count: { keyOf: (key: string) => key } } },
    )
    const runtime = world.runtime()
    function Count() {
      const { data, refetch } = useSuspenseTaskQuery(taskQuery(options, 'count', 'k'))
      return (
        <>
          <i>{`n${data}`}</i>
          <button type="button" onClick={refetch} />
        </>
      )
    }
    render(inside(runtime, <Count />))
    await act(async () => held.open(1, 1))
    await screen.findByText('n1')
    act(() => screen.getByRole('button').click())
    await act(() => held.reached(2))
    await act(async () => runtime.abort({ key: 'k' }))
    expect(screen.getByText('n1')).toBeTruthy()
    act(() => screen.getByRole('button').click())
    await act(() => held.reached(3))
    await act(async () => {
      held.open(2, 2)
      held.open(3, 3)
    })
    await screen.findByText('n3')
  })

  it("with the provider's own runtime nothing is left over", async () => {
    const { options, doors } = outlines()
    const { unmount } = render(
      <AtelierProvider createRuntime={quiet} graceMs={0}>
        <Suspense fallback="loading">
          <Reader options={options} text="a" />
        </Suspense>
      </AtelierProvider>,
    )
    await act(async () => doors.open('a'))
    await screen.findByText('A1')
    unmount()
    await waitFor(() => expect(world.live.size).toBe(0))
  })

  it('a refetch that comes after the unmount leaves nothing over either', async () => {
    const { options, doors, seen } = outlines()
    doors.open('a')
    let late: (() => void) | undefined
    function Keeper({ keep }: { keep: (refetch: () => void) => void }) {
      const { data, refetch } = useSuspenseTaskQuery(taskQuery(options, 'outline', 'a'))
      useEffect(() => void keep(refetch), [keep, refetch])
      return <i>{data}</i>
    }
    const { unmount } = render(
      <AtelierProvider createRuntime={quiet} graceMs={0}>
        <Suspense fallback="loading">
          <Keeper keep={(refetch) => (late = refetch)} />
        </Suspense>
      </AtelierProvider>,
    )
    await screen.findByText('A1')
    unmount()
    await waitFor(() => expect(world.live.size).toBe(0))
    late?.()
    await waitFor(() => expect(seen).toEqual(['a', 'a']))
    expect(world.live.size).toBe(1)
    await waitFor(() => expect(world.live.size).toBe(0), { timeout: 5_000 })
  })

  it('a provider that suspends as a whole leaves no worker behind, and is warned of', async () => {
    const { options, doors } = outlines()
    doors.open('a')
    const { unmount } = render(
      <Suspense fallback="loading">
        <AtelierProvider createRuntime={quiet}>
          <Reader options={options} text="a" />
        </AtelierProvider>
      </Suspense>,
    )
    loopWarnings.push(
      ...(await saidOnConsole(() =>
        waitFor(() => expect(world.spawned()).toBeGreaterThan(3), { timeout: 5_000 }),
      )),
    )
    expect(loopWarnings).toEqual([
      expect.stringMatching(/useSuspenseTaskQuery was lost.*<Suspense> boundary inside the provider/),
    ])
    unmount()
    await waitFor(() => expect(world.live.size).toBe(0), { timeout: 5_000 })
  })
})

// Once is once a page.
const loopWarnings: string[] = []
