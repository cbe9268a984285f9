/** The hook of the other kind of method: in JavaScript, and behind a cast, no compiler says so. */
import { act, renderHook, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  createTaskRuntime,
  taskOptions,
  useTask,
  useTaskCall,
  useTaskQuery,
  useTaskStream,
} from 'atelier-react'
import { createFakeWorker } from 'atelier-react/testing'
import type { ReactNode } from 'react'
import { expect, it, onTestFinished, vi } from 'vitest'

interface Api {
  list(): string[]
  tail(): Generator<string>
}

const lines = taskOptions<Api>({
  type: 'parallel',
  maxWorkers: 1,
  taskName: 'lines',
  worker: () =>
    createFakeWorker({
      handlers: {
        list: () => ['a'],
        *tail() {
          yield 'a'
        },
      },
    }),
})

const nothing = undefined as never
/** Typed as a task. */
const none: typeof lines = nothing

function setUp() {
  const runtime = createTaskRuntime({ otel: false, performance: false })
  onTestFinished(() => runtime.dispose())
  const wrapper = ({ children }: { children: ReactNode }) => (
    <AtelierProvider runtime={runtime}>{children}</AtelierProvider>
  )
  return { runtime, wrapper }
}

it('useTaskCall() of a generator method says useTaskStream()', async () => {
  const { wrapper } = setUp()
  const { result } = renderHook(() => useTaskCall(lines, 'tail' as 'list'), { wrapper })
  act(() => result.current.run())
  await waitFor(() => expect(result.current.status).toBe('error'))
  expect(result.current.error).toMatchObject({ code: 'is-stream' })
  expect(result.current.error?.message).toContain('useTaskStream()')
})

it('useTaskStream() of another method says useTaskCall()', async () => {
  const { wrapper } = setUp()
  const { result } = renderHook(() => useTaskStream(lines, 'list' as 'tail'), { wrapper })
  act(() => result.current.run())
  await waitFor(() => expect(result.current.status).toBe('error'))
  expect(result.current.error).toMatchObject({ code: 'no-stream' })
  expect(result.current.error?.message).toContain('useTaskCall()')
})

it.each<[string, string, () => unknown]>([
  ['useTask()', 'options from taskOptions(), or a task', () => useTask(none)],
  ['useTaskCall()', 'options from taskOptions(), or a task', () => useTaskCall(none, 'list')],
  ['useTaskStream()', 'options from taskOptions(), or a task', () => useTaskStream(none, 'tail')],
  ['useTaskQuery()', 'what taskQuery() makes, or skipToken', () => useTaskQuery(nothing)],
])('%s of what a circle of imports has left undefined says so', (hook, takes, call) => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => void vi.restoreAllMocks())
  const { wrapper } = setUp()
  const said = `${hook} takes ${takes}, and was given undefined. Modules that import one another in a circle`
  expect(() => renderHook(call, { wrapper })).toThrow(said)
})

it('useTaskQuery() of a task in the place of a query says so', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => void vi.restoreAllMocks())
  const { wrapper } = setUp()
  expect(() => renderHook(() => useTaskQuery(lines as never), { wrapper })).toThrow(
    /takes what taskQuery\(\) makes/,
  )
})

it.each([
  ['createRuntime', { createRuntime: () => createTaskRuntime() }],
  ['graceMs', { graceMs: 0 }],
])('a provider with a runtime takes no %s, in production either', (_name, more) => {
  vi.stubEnv('NODE_ENV', 'production')
  vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
  const { runtime } = setUp()
  const both = { runtime, ...more } as unknown as { runtime: typeof runtime }
  const wrapper = ({ children }: { children: ReactNode }) => (
    <AtelierProvider {...both}>{children}</AtelierProvider>
  )
  expect(() => renderHook(() => 1, { wrapper })).toThrow(/takes either "runtime".*or "createRuntime"/)
})
