/** `useTaskCall` in a tree: StrictMode, Activity, error boundaries, transitions, a server. */
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  TaskAbortError,
  type ThrowOnError,
  TraceScope,
  useRuntimeEvents,
  useRuntimeSnapshot,
  useSpans,
  useTaskCall,
  useTaskSnapshot,
  useTrace,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { Component, type ReactNode, StrictMode, useEffect, useLayoutEffect } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { Activity, describeHook, gates, inRuntime, macrotasks, saidOnConsole, useWorld } from './support.tsx'

describeHook('useTaskCall and the tree', ({ strict }) => {
  const world = useWorld()

  function waiters() {
    const doors = gates<void>()
    const seen: string[] = []
    const handlers = {
      async wait(text: string) {
        const { signal } = taskContext()
        seen.push(text)
        signal.addEventListener('abort', () => seen.push(`${text} aborted`))
        await doors.at(text)
        if (text === 'bad') throw new RangeError('bad text')
        return text.toUpperCase()
      },
    }
    return { doors, seen, options: world.task(handlers) }
  }

  it('a call that is made in an effect survives StrictMode: the second mount takes it over', async () => {
    const { options, doors, seen } = waiters()
    let runs = 0
    const { result } = renderHook(
      () => {
        const call = useTaskCall(options, 'wait', { mode: 'drop-latest' })
        const { run } = call
        useEffect(() => {
          runs++
          run('a')
        }, [run])
        return call
      },
      { wrapper: inRuntime(world.runtime()) },
    )
    await act(() => doors.reached('a'))
    await act(() => macrotasks())
    expect(runs).toBe(strict ? 2 : 1)
    expect(seen).toEqual(['a'])
    doors.open('a')
    await waitFor(() => expect(result.current.data).toBe('A'))
  })

  it("a call that a child makes before the parent's effects is kept", async () => {
    const { options, doors, seen } = waiters()
    function Child({ run }: { run: (text: string) => void }) {
      useEffect(() => run('a'), [run])
      return null
    }
    function Parent() {
      const { run, data } = useTaskCall(options, 'wait', { mode: 'drop-latest' })
      return (
        <>
          <Child run={run} />
          <output>{data}</output>
        </>
      )
    }
    render(<Parent />, { wrapper: inRuntime(world.runtime()) })
    await act(() => doors.reached('a'))
    await act(() => macrotasks())
    doors.open('a')
    expect(await screen.findByText('A')).toBeTruthy()
    expect(seen).toEqual(['a'])
  })

  it('a call that is made before the effects of the mount, by a click or a layout effect, is kept', async () => {
    const { options, doors, seen } = waiters()
    const runtime = world.runtime()
    function Child({ run }: { run: (text: string) => void }) {
      useLayoutEffect(() => run('layout'), [run])
      return null
    }
    function Parent() {
      const early = useTaskCall(options, 'wait', { mode: 'drop-latest' })
      const clicked = useTaskCall(options, 'wait', { mode: 'drop-latest' })
      return (
        <>
          <Child run={early.run} />
          <button
            type="button"
            onClick={() => clicked.run('click')}
          >{`${early.data} ${clicked.data}`}</button>
        </>
      )
    }
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const container = document.body.appendChild(document.createElement('div'))
    // Told in the commit's own task, when its passive effects are still to come.
    const committed = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        observer.disconnect()
        container.querySelector('button')?.click()
        vi.advanceTimersByTime(10)
        resolve()
      })
      observer.observe(container, { childList: true })
    })
    const root = createRoot(container)
    const page = (
      <AtelierProvider runtime={runtime}>
        <Parent />
      </AtelierProvider>
    )
    root.render(strict ? <StrictMode>{page}</StrictMode> : page)
    await committed
    vi.useRealTimers()
    doors.open('layout')
    doors.open('click')
    await vi.waitFor(() => expect(container.textContent).toBe('LAYOUT CLICK'))
    expect(seen.toSorted()).toEqual(['click', 'layout'])
    root.unmount()
    container.remove()
    vi.unstubAllGlobals()
    await macrotasks()
  })

  it.runIf(Activity)(
    'hidden by an Activity an open call is aborted after its grace, and the state says so on reveal',
    async () => {
      const { options, doors, seen } = waiters()
      const runtime = world.runtime()
      const Row = () => {
        const { run, status } = useTaskCall(options, 'wait')
        return (
          <button type="button" onClick={() => run('a')}>
            {status}
          </button>
        )
      }
      const Page = ({ mode }: { mode: 'visible' | 'hidden' }) => (
        <AtelierProvider runtime={runtime}>
          <Activity mode={mode}>
            <Row />
          </Activity>
        </AtelierProvider>
      )
      const { rerender } = render(<Page mode="visible" />)
      act(() => screen.getByRole('button').click())
      await act(() => doors.reached('a'))
      rerender(<Page mode="hidden" />)
      await waitFor(() => expect(seen).toEqual(['a', 'a aborted']))
      rerender(<Page mode="visible" />)
      expect(await screen.findByText('canceled')).toBeTruthy()
    },
  )

  it.runIf(Activity)('a result that arrives while it is hidden is kept, and shown on reveal', async () => {
    const { options, doors } = waiters()
    const runtime = world.runtime()
    const Row = () => {
      const { run, data } = useTaskCall(options, 'wait', { abortAfterUnmountMs: Number.POSITIVE_INFINITY })
      return (
        <button type="button" onClick={() => run('a')}>
          {data ?? 'none'}
        </button>
      )
    }
    const Page = ({ mode }: { mode: 'visible' | 'hidden' }) => (
      <AtelierProvider runtime={runtime}>
        <Activity mode={mode}>
          <Row />
        </Activity>
      </AtelierProvider>
    )
    const { rerender } = render(<Page mode="visible" />)
    act(() => screen.getByText('none').click())
    await act(() => doors.reached('a'))
    rerender(<Page mode="hidden" />)
    doors.open('a')
    await waitFor(() => expect(runtime.getRuntimeSnapshot().tasks[0]?.counts.succeeded).toBe(1))
    await act(() => macrotasks())
    expect(screen.getByText('none')).toBeTruthy()
    rerender(<Page mode="visible" />)
    expect(await screen.findByText('A')).toBeTruthy()
  })

  it('throwOnError: errors reach the boundary, and after its reset the component is idle again', async () => {
    const { options, doors } = waiters()
    doors.open('bad')
    function Row({ throwOnError }: { throwOnError: ThrowOnError }) {
      const { run, status } = useTaskCall(options, 'wait', { throwOnError })
      return (
        <button type="button" onClick={() => run('bad')}>
          {status}
        </button>
      )
    }
    const page = (throwOnError: ThrowOnError) => (
      <Boundary>
        <Row throwOnError={throwOnError} />
      </Boundary>
    )
    const { rerender } = render(page(true), { wrapper: inRuntime(world.runtime()) })
    await saidOnConsole(async () => {
      act(() => screen.getByText('idle').click())
      await screen.findByText('caught bad text')
    })
    rerender(page((error) => !(error instanceof RangeError)))
    act(() => screen.getByText('caught bad text').click())
    act(() => screen.getByText('idle').click())
    expect(await screen.findByText('error')).toBeTruthy()
  })

  it('throwOnError: aborts reach the boundary only when a function says so', async () => {
    const { options, doors } = waiters()
    function Row({ throwOnError }: { throwOnError: ThrowOnError }) {
      const { run, abort, status } = useTaskCall(options, 'wait', { throwOnError })
      return (
        <>
          <button type="button" onClick={() => run('a')}>
            {status}
          </button>
          <button type="button" onClick={() => abort('no more')}>
            stop
          </button>
        </>
      )
    }
    const page = (throwOnError: ThrowOnError) => (
      <Boundary>
        <Row throwOnError={throwOnError} />
      </Boundary>
    )
    const { rerender } = render(page(true), { wrapper: inRuntime(world.runtime()) })
    act(() => screen.getByText('idle').click())
    await act(() => doors.reached('a'))
    act(() => screen.getByText('stop').click())
    expect(await screen.findByText('canceled')).toBeTruthy()
    await saidOnConsole(() => rerender(page((error) => error instanceof TaskAbortError)))
    expect(screen.getByText(/caught .*no more/)).toBeTruthy()
  })

  it('renders idle on a server, where nothing starts, and hydrates without a mismatch', async () => {
    const { options, seen } = waiters()
    const runtime = world.runtime()
    function Row() {
      const { status, run } = useTaskCall(options, 'wait')
      const state = useTaskSnapshot(options)
      const tasks = useRuntimeSnapshot((s) => s.tasks.length)
      useTrace('row', { key: '1' })
      useRuntimeEvents(() => {})
      return (
        <button type="button" onClick={() => run('a')}>
          {`${status} ${state.status} ${state.queue.maxInFlight} ${tasks} ${useSpans().length}`}
        </button>
      )
    }
    const page = (
      <AtelierProvider runtime={runtime}>
        <TraceScope name="page">
          <Row />
        </TraceScope>
      </AtelierProvider>
    )
    // What there was before, on a server that lives on, shows nowhere.
    await runtime
      .defineTask<{ echo(text: string): string }>(world.task({ echo: (text: string) => text }))
      .echo('x')
    let html = ''
    const said = await saidOnConsole(() => {
      html = renderToString(page)
    })
    // With jsdom there is a document here, from which the hooks must conclude that this is a browser: React 18 says so.
    expect(said.filter((text) => !text.includes('useLayoutEffect does nothing on the server'))).toEqual([])
    expect(html).toContain('idle idle 0 0 0')
    const container = document.createElement('div')
    container.innerHTML = html
    const errors: unknown[] = []
    const root = await act(async () =>
      hydrateRoot(container, page, { onRecoverableError: (e) => errors.push(e) }),
    )
    await waitFor(() => expect(container.textContent).toBe('idle idle 2 2 0'))
    expect(errors).toEqual([])
    expect(seen).toEqual([])
    act(() => root.unmount())
    await macrotasks()
  })
})

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
        {`caught ${error.message}`}
      </button>
    )
  }
}
