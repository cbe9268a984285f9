/** Other libraries cancel by a signal: with real workers, what they give up stops there. */
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { AtelierProvider, createTaskRuntime, type Task, taskOptions, useTask } from 'atelier-react'
import type { ReactNode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { createMemoryRouter, type LoaderFunctionArgs, RouterProvider, useLoaderData } from 'react-router'
import { afterEach, describe, expect, it } from 'vitest'
import type { LabApi } from './fixtures/lab.worker.ts'

const labOptions = taskOptions<LabApi>({
  type: 'parallel',
  taskName: 'lab',
  maxWorkers: 1,
  maxQueueDepth: 10,
  worker: () => new Worker(new URL('./fixtures/lab.worker.ts', import.meta.url), { type: 'module' }),
})

let root: Root | undefined
let container: HTMLElement
const runtimes: { dispose(): void }[] = []

function newRuntime() {
  const runtime = createTaskRuntime({ otel: false, performance: false })
  runtimes.push(runtime)
  return { runtime, task: runtime.defineTask<LabApi>(labOptions) }
}

function mount(ui: ReactNode): void {
  container = document.body.appendChild(document.createElement('div'))
  root = createRoot(container)
  root.render(ui)
}

async function shows(text: string): Promise<void> {
  await expect.poll(() => container.textContent).toBe(text)
}

/** A call whose handler waits to be aborted, and has begun to. */
let waiters = 0
const waitFor = (task: Task<LabApi>, signal: AbortSignal) =>
  task.with({ signal, onProgress: () => waiters++ }).abortReason()
async function waits(): Promise<void> {
  await expect.poll(() => waiters).toBe(1)
}

/** What the worker has seen of aborts. */
const aborts = (task: Task<LabApi>) =>
  task.noted().then((seen) => seen.filter((one) => one.startsWith('aborted')))

afterEach(() => {
  waiters = 0
  root?.unmount()
  container.remove()
  for (const runtime of runtimes.splice(0)) runtime.dispose()
})

describe('TanStack Query', () => {
  function Answer({ id }: { id: string }) {
    const lab = useTask(labOptions)
    const { data } = useQuery({
      queryKey: ['lab', id],
      queryFn: ({ signal }) => (id === 'waits' ? waitFor(lab, signal) : lab.with({ signal }).echo(id)),
    })
    return <output>{data === undefined ? 'waiting' : String(data)}</output>
  }

  it('a query that is left is cancelled in its worker', async () => {
    const { runtime, task } = newRuntime()
    const client = new QueryClient()
    const page = (id: string) => (
      <QueryClientProvider client={client}>
        <AtelierProvider runtime={runtime}>
          <Answer id={id} />
        </AtelierProvider>
      </QueryClientProvider>
    )
    mount(page('waits'))
    await waits()
    await shows('waiting')
    root?.render(page('next'))
    await shows('next')
    expect(await aborts(task)).toEqual([expect.stringContaining('aborted: AbortError')])
    expect(task.control.getSnapshot().counts).toMatchObject({ canceled: 1, failed: 0 })
    client.clear()
  })
})

describe('React Router', () => {
  function Page() {
    return <output>{useLoaderData<string>()}</output>
  }

  function routes(task: Task<LabApi>) {
    return [
      { path: '/', element: <output>home</output>, HydrateFallback: () => null },
      {
        path: '/item/:id',
        loader: ({ request: { signal }, params: { id } }: LoaderFunctionArgs) =>
          id === 'waits' ? waitFor(task, signal) : task.with({ signal }).echo(id),
        element: <Page />,
      },
    ]
  }

  it('a loader shows what the worker gives; a navigation that is given up is cancelled there', async () => {
    const { runtime, task } = newRuntime()
    const router = createMemoryRouter(routes(task))
    mount(
      <AtelierProvider runtime={runtime}>
        <RouterProvider router={router} />
      </AtelierProvider>,
    )
    await shows('home')
    await router.navigate('/item/one')
    await shows('one')
    const given = router.navigate('/item/waits')
    await waits()
    await router.navigate('/item/two')
    await given
    await shows('two')
    expect(await aborts(task)).toEqual([expect.stringContaining('aborted: AbortError')])
    router.dispose()
  })
})
