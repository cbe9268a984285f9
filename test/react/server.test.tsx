// @vitest-environment node
/** Rendering on a server, where there is no document: every hook renders, and touches nothing that belongs to a browser. */
import {
  AtelierProvider,
  createTaskRuntime,
  skipToken,
  taskOptions,
  TraceScope,
  useRuntime,
  useRuntimeEvents,
  useRuntimeSnapshot,
  useSpans,
  useSuspenseTaskQuery,
  useTask,
  useTaskCall,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
  useTrace,
  taskQuery,
} from 'atelier-react'
import { type ReactNode, StrictMode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

interface Api {
  read(text: string): string
  lines(text: string): Generator<string>
}
const worker = vi.fn<() => Worker>()
const task = taskOptions<Api>({ type: 'parallel', taskName: 'server', init: 'eager', worker })

function EveryHook() {
  useRuntime()
  useTask(task)
  useRuntimeEvents(() => {})
  const trace = useTrace('page', { key: '1' })
  const states = [
    useTaskCall(task, 'read').status,
    useTaskQuery(taskQuery(task, 'read', 'a')).status,
    useTaskQuery(skipToken).status,
    useTaskStream(task, 'lines').status,
    useTaskSnapshot(task, ({ status }) => status),
    useRuntimeSnapshot(({ tasks }) => tasks.length),
    useSpans().length,
    String(trace.traceId),
  ]
  return <p>{states.join(' ')}</p>
}

function Suspended() {
  return <p>{useSuspenseTaskQuery(taskQuery(task, 'read', 'a')).data}</p>
}

const page = (child: ReactNode) => (
  <StrictMode>
    <AtelierProvider createRuntime={() => createTaskRuntime()}>
      <TraceScope name="server">{child}</TraceScope>
    </AtelierProvider>
  </StrictMode>
)

describe('on a server', () => {
  const complaints: unknown[][] = []
  beforeEach(() => {
    for (const level of ['error', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation((...said) => complaints.push(said))
    }
  })
  afterEach(() => vi.restoreAllMocks())

  /** The page as a server sends it; nobody complains, and no worker is made. */
  function rendered(child: ReactNode): string {
    const html = renderToString(page(child))
    expect(complaints.splice(0)).toEqual([])
    expect(worker).not.toHaveBeenCalled()
    return html
  }

  it('there is no document, and no worker', () => {
    expect([typeof document, typeof window, typeof Worker]).toEqual(['undefined', 'undefined', 'undefined'])
  })

  it('every hook renders its first state, with no timer, no clock and no call', () => {
    const touched: string[] = []
    for (const name of ['setTimeout', 'setInterval', 'queueMicrotask'] as const) {
      vi.spyOn(globalThis, name).mockImplementation(() => touched.push(name))
    }
    for (const name of ['mark', 'measure'] as const) {
      vi.spyOn(performance, name).mockImplementation((() => touched.push(name)) as never)
    }
    const html = rendered(<EveryHook />)
    expect(html).toBe('<p>idle pending idle idle idle 0 0 undefined</p>')
    expect(touched).toEqual([])
  })

  it('what suspends is its fallback, which the browser replaces', () => {
    const html = rendered(
      <Suspense fallback="loading">
        <Suspended />
      </Suspense>,
    )
    expect(html).toContain('loading')
    expect(html).toContain('useSuspenseTaskQuery() needs workers, which a server does not have')
  })
})
