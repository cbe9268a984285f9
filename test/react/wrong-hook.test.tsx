/** The hook of the other kind of method: in JavaScript, and behind a cast, no compiler says so. */
import { act, renderHook, waitFor } from '@testing-library/react'
import { AtelierProvider, createTaskRuntime, taskOptions, useTaskCall, useTaskStream } from 'atelier-react'
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
