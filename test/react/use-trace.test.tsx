/** `useTrace` and `TraceScope`: when a trace starts and ends, and which calls belong to it. */
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type RuntimeEvent,
  type SpanEvent,
  type TaskOptions,
  type TaskRuntime,
  type HookTrace,
  type Trace,
  TraceScope,
  useTask,
  useTaskCall,
  useTrace,
  type UseTraceOptions,
} from 'atelier-react'
import { type ReactNode, useEffect } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { Activity, describeHook, inRuntime, macrotasks, useWorld } from './support.tsx'

type Echo = { echo(text: string): string }

/** What a runtime tells of traces and calls. */
function listen(runtime: TaskRuntime) {
  const events: RuntimeEvent[] = []
  runtime.subscribeEvents((event) => events.push(event))
  const createTrace = vi.spyOn(runtime, 'createTrace')
  return {
    started: () => createTrace.mock.calls.map(([name]) => name),
    startOptions: () => createTrace.mock.calls.map(([, options]) => options),
    ended: () => events.filter((event) => event.kind === 'trace'),
    spans: (): SpanEvent[] => events.filter((event) => event.kind === 'span'),
  }
}

describeHook('useTrace', () => {
  const world = useWorld()
  const echo = () => world.task<Echo>({ echo: (text) => text })

  function renderTrace(name: string, options: UseTraceOptions, runtime = world.runtime()) {
    const told = listen(runtime)
    const rendered = renderHook((props: UseTraceOptions) => useTrace(name, props), {
      wrapper: inRuntime(runtime),
      initialProps: options,
    })
    return { ...rendered, told, runtime }
  }

  it('starts one trace when it has mounted, and ends it when it has gone', async () => {
    const { result, unmount, told } = renderTrace('import', { key: 'a' })
    expect(told.started()).toEqual(['import'])
    expect(result.current.traceId).toMatch(/^[0-9a-f]{32}$/)
    await macrotasks()
    expect(told.ended()).toEqual([])
    unmount()
    await macrotasks()
    expect(told.ended()).toMatchObject([{ traceId: result.current.traceId, traceName: 'import' }])
  })

  it('is ended by `using`, also as a polyfill has it, and has no other method for that', async () => {
    for (const name of [Symbol.dispose, Symbol.for('Symbol.dispose')]) {
      const { result, told } = renderTrace('import', {})
      expect(result.current).not.toHaveProperty('undefined')
      ;(result.current as unknown as Record<symbol, () => void>)[name]?.()
      await macrotasks()
      expect(told.ended()).toMatchObject([{ traceName: 'import' }])
    }
  })

  it('has no id before it has started, and reading it starts nothing', () => {
    const runtime = world.runtime()
    const told = listen(runtime)
    const read: unknown[] = []
    function Reader() {
      const trace = useTrace('import')
      read.push([trace.traceId, trace.spanContext, trace.traceparent, trace.sampled])
      return null
    }
    renderToString(
      <AtelierProvider runtime={runtime}>
        <Reader />
      </AtelierProvider>,
    )
    expect(read).toEqual([[undefined, undefined, undefined, false]])
    expect(told.started()).toEqual([])
  })

  it('renders once more when it has started, the object being the same', () => {
    const seen: { trace: HookTrace; id: string | undefined }[] = []
    renderHook(
      () => {
        const trace = useTrace('import')
        seen.push({ trace, id: trace.traceId })
      },
      { wrapper: inRuntime(world.runtime()) },
    )
    expect(new Set(seen.map(({ trace }) => trace)).size).toBeLessThanOrEqual(2)
    expect(seen.at(-1)?.trace).toBe(seen.findLast(({ id }) => id === undefined)?.trace)
    expect(seen.at(-1)?.id).toMatch(/^[0-9a-f]{32}$/)
  })

  it('ends at the time of the unmount, not at that of the timer', async () => {
    const { unmount, told } = renderTrace('import', {})
    unmount()
    const after = performance.now()
    while (performance.now() < after + 5);
    await macrotasks()
    expect(told.ended()[0]?.endTime).toBeLessThanOrEqual(after)
  })

  it('components of one name and key share a trace; it ends with the last', async () => {
    const runtime = world.runtime()
    const told = listen(runtime)
    const One = () => <i>{useTrace('import', { key: 'a' }).traceId}</i>
    const Page = ({ count }: { count: number }) => (
      <AtelierProvider runtime={runtime}>
        {/* It uses `count`: a function that closes over a local component alone, the compiler moves out of its reach. */}
        {Array.from({ length: count }, (_, i) => (
          <One key={i % count} />
        ))}
      </AtelierProvider>
    )
    const { rerender, container } = render(<Page count={3} />)
    expect(told.started()).toHaveLength(1)
    expect(new Set(Array.from(container.querySelectorAll('i'), (i) => i.textContent)).size).toBe(1)
    rerender(<Page count={1} />)
    await macrotasks()
    expect(told.ended()).toEqual([])
    rerender(<Page count={0} />)
    await macrotasks()
    expect(told.ended()).toHaveLength(1)
  })

  it('without a key each component has its own', () => {
    const runtime = world.runtime()
    const told = listen(runtime)
    renderHook(() => [useTrace('import'), useTrace('import')], { wrapper: inRuntime(runtime) })
    expect(told.started()).toHaveLength(2)
  })

  it('another key ends the trace and starts the next', async () => {
    const { rerender, result, told } = renderTrace('import', { key: 'a' })
    const first = result.current
    const firstId = first.traceId
    rerender({ key: 'b' })
    await macrotasks()
    expect(told.started()).toHaveLength(2)
    expect(told.ended()).toMatchObject([{ traceId: firstId }])
    expect(result.current).not.toBe(first)
    expect(result.current.traceId).not.toBe(firstId)
  })

  it('a key that was used before is a new trace', async () => {
    const runtime = world.runtime()
    const first = renderTrace('import', { key: 'a' }, runtime)
    first.unmount()
    await macrotasks()
    const second = renderTrace('import', { key: 'a' }, runtime)
    expect(second.result.current.traceId).not.toBe(first.result.current.traceId)
  })

  it('ends with its outcome, once, when its user says so', async () => {
    const { result, unmount, told } = renderTrace('import', {})
    act(() => result.current.end({ status: 'ok' }))
    act(() => result.current.end({ status: 'error' }))
    unmount()
    await macrotasks()
    expect(told.ended()).toMatchObject([{ status: 'ok' }])
  })

  it('with endOnUnmount: false it is its user who ends it, and a remount goes on with it', async () => {
    const runtime = world.runtime()
    const first = renderTrace('import', { key: 'a', endOnUnmount: false }, runtime)
    first.unmount()
    await macrotasks()
    const second = renderTrace('import', { key: 'a', endOnUnmount: false }, runtime)
    expect(second.result.current.traceId).toBe(first.result.current.traceId)
    second.unmount()
    await macrotasks()
    expect(first.told.ended()).toEqual([])
    second.result.current.end()
    expect(first.told.ended()).toHaveLength(1)
  })

  it('spanName: names the root span, where it is given', () => {
    const runtime = world.runtime()
    const told = listen(runtime)
    function Named({ spanName }: { spanName?: string }) {
      useTrace('import:7', { key: spanName, spanName })
      return null
    }
    render(
      <AtelierProvider runtime={runtime}>
        <Named />
        <Named spanName="import.file" />
      </AtelierProvider>,
    )
    expect(told.startOptions().map((options) => options?.spanName)).toEqual([undefined, 'import.file'])
  })

  it('attributes: those of the start, and those that are set before and after it', () => {
    const runtime = world.runtime()
    const told = listen(runtime)
    function Child({ trace }: { trace: HookTrace }) {
      useEffect(() => trace.setAttribute('early', true), [trace])
      return null
    }
    let held!: HookTrace
    function Parent() {
      const trace = useTrace('import', { attributes: { bytes: 3 } })
      useEffect(() => {
        held = trace
      })
      return <Child trace={trace} />
    }
    render(
      <AtelierProvider runtime={runtime}>
        <Parent />
      </AtelierProvider>,
    )
    expect(told.startOptions()[0]?.attributes).toEqual({ bytes: 3, early: true })
    const set = vi.spyOn(vi.mocked(runtime.createTrace).mock.results[0]?.value as Trace, 'setAttribute')
    held.setAttribute('late', 1)
    expect(set).toHaveBeenCalledExactlyOnceWith('late', 1)
  })

  it("a call in a child's effect starts the trace, and belongs to it", async () => {
    const runtime = world.runtime()
    const told = listen(runtime)
    const task = echo()
    let id: string | undefined
    function Child({ trace }: { trace: HookTrace }) {
      const { with: using } = useTask(task)
      useEffect(() => {
        void using({ trace }).echo('x')
      }, [using, trace])
      return null
    }
    function Parent() {
      const trace = useTrace('import')
      useEffect(() => {
        id = trace.traceId
      })
      return <Child trace={trace} />
    }
    render(
      <AtelierProvider runtime={runtime}>
        <Parent />
      </AtelierProvider>,
    )
    await waitFor(() => expect(told.spans().length).toBeGreaterThan(0))
    expect(told.started()).toHaveLength(1)
    expect(new Set(told.spans().map((span) => span.traceId))).toEqual(new Set([id]))
    expect(told.spans()[0]).toMatchObject({ traceName: 'import' })
  })

  it('a call that is made with it after the unmount still belongs to it, and starts no other', async () => {
    const { result, unmount, runtime, told } = renderTrace('import', {})
    const id = result.current.traceId
    unmount()
    await macrotasks()
    await runtime.defineTask<Echo>(echo()).with({ trace: result.current }).echo('late')
    expect(told.started()).toHaveLength(1)
    expect(told.spans()).toMatchObject([{ traceId: id }])
  })

  it.runIf(Activity)(
    'hidden by an Activity it ends; shown again it is another, linked to the first',
    async () => {
      const runtime = world.runtime()
      const told = listen(runtime)
      const ids: (string | undefined)[] = []
      function Doc() {
        const trace = useTrace('import', { key: 'a' })
        useEffect(() => void ids.push(trace.traceId), [trace])
        return <i>{trace.traceId}</i>
      }
      const Page = ({ mode }: { mode: 'visible' | 'hidden' }) => (
        <AtelierProvider runtime={runtime}>
          <Activity mode={mode}>
            <Doc />
          </Activity>
        </AtelierProvider>
      )
      const { rerender, container } = render(<Page mode="visible" />)
      const first = told.started().length
      rerender(<Page mode="hidden" />)
      await act(() => macrotasks())
      expect(told.ended()).toHaveLength(1)
      rerender(<Page mode="visible" />)
      expect(told.started()).toHaveLength(first + 1)
      expect(told.startOptions().at(-1)?.links).toMatchObject([{ traceId: told.ended()[0]?.traceId }])
      expect(container.textContent).toBe(ids.at(-1))
      expect(container.textContent).not.toBe(told.ended()[0]?.traceId)
    },
  )
})

describeHook('TraceScope', () => {
  const world = useWorld()
  const echo = () => world.task<Echo>({ echo: (text) => text })

  function Caller({ task, trace }: { task: TaskOptions<Echo>; trace?: Trace }) {
    const call = useTaskCall(task, 'echo', { mode: 'drop-latest', ...(trace && { with: { trace } }) })
    const { run } = call
    useEffect(() => run('x'), [run])
    return <output>{call.data}</output>
  }

  async function spansOf(runtime: TaskRuntime, ui: ReactNode) {
    const told = listen(runtime)
    const rendered = render(<AtelierProvider runtime={runtime}>{ui}</AtelierProvider>)
    await screen.findAllByText('x')
    await act(() => macrotasks())
    return { ...told, ...rendered }
  }

  it('hands a trace to the calls of the hooks below it', async () => {
    const runtime = world.runtime()
    const task = echo()
    const trace = runtime.createTrace('mine')
    const { spans, ended } = await spansOf(
      runtime,
      <TraceScope trace={trace}>
        <Caller task={task} />
      </TraceScope>,
    )
    expect(spans()).toMatchObject([{ traceId: trace.traceId, traceName: 'mine' }])
    expect(ended()).toEqual([])
  })

  it('useTask carries it, also through with()', async () => {
    const runtime = world.runtime()
    const told = listen(runtime)
    const task = echo()
    const trace = runtime.createTrace('mine')
    const { result } = renderHook(() => useTask(task), {
      wrapper: ({ children }) => (
        <AtelierProvider runtime={runtime}>
          <TraceScope trace={trace}>{children}</TraceScope>
        </AtelierProvider>
      ),
    })
    await result.current.echo('x')
    await result.current.with({ priority: 'low' }).echo('x')
    await result.current.with({ trace: null }).echo('x')
    expect(told.spans().map((span) => span.traceId === trace.traceId)).toEqual([true, true, false])
  })

  it('makes one of its own by name, which lives as long as it does', async () => {
    const runtime = world.runtime()
    const { spans, started, ended, unmount } = await spansOf(
      runtime,
      <TraceScope name="scope">
        <Caller task={echo()} />
      </TraceScope>,
    )
    expect(started()).toEqual(['scope'])
    expect(spans()).toMatchObject([{ traceName: 'scope' }])
    unmount()
    await macrotasks()
    expect(ended()).toMatchObject([{ traceName: 'scope', spanCount: 1 }])
  })

  it('a scope, or a trace, inside a scope is a part of the outer trace', async () => {
    const runtime = world.runtime()
    const { spans, ended, unmount } = await spansOf(
      runtime,
      <TraceScope name="outer">
        <TraceScope name="inner">
          <Caller task={echo()} />
        </TraceScope>
      </TraceScope>,
    )
    unmount()
    await macrotasks()
    const [span] = spans()
    expect(span?.traceName).toBe('inner')
    const traces = ended()
    expect(traces.map((trace) => trace.traceName).sort()).toEqual(['inner', 'outer'])
    expect(new Set([span?.traceId, ...traces.map((trace) => trace.traceId)]).size).toBe(1)
  })

  it("a call's own trace goes before the scope's; a scope without a trace leaves the outer in force", async () => {
    const runtime = world.runtime()
    const task = echo()
    const [outer, own, bound] = ['outer', 'own', 'bound'].map((name) => runtime.createTrace(name)) as [
      Trace,
      Trace,
      Trace,
    ]
    const defined = runtime.defineTask<Echo>(task).with({ trace: bound })
    function Bound() {
      const { run, data } = useTaskCall(defined, 'echo', { mode: 'drop-latest' })
      useEffect(() => run('x'), [run])
      return <output>{data}</output>
    }
    const { spans } = await spansOf(
      runtime,
      <TraceScope trace={outer}>
        <TraceScope>
          <Caller task={task} />
          <Caller task={task} trace={own} />
          <Bound />
        </TraceScope>
      </TraceScope>,
    )
    await waitFor(() =>
      expect(
        spans()
          .map((span) => span.traceName)
          .sort(),
      ).toEqual(['bound', 'outer', 'own']),
    )
  })
})
