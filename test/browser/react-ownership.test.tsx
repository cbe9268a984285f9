/** The ownership of workers by React, with real ones: whatever a tree goes through, none is left running. */
import {
  AtelierProvider,
  createTaskRuntime,
  type TaskOptions,
  taskOptions,
  useSuspenseTaskQuery,
  useTaskCall,
  taskQuery,
} from 'atelier-react'
import * as React from 'react'
import { type ComponentType, type ReactNode, StrictMode, Suspense, useEffect } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LOCKED } from '../../src/wire/protocol.ts'
import type { LabApi } from './fixtures/lab.worker.ts'

type ActivityProps = { readonly mode: 'visible' | 'hidden'; readonly children: ReactNode }
const Activity = (React as { Activity?: unknown }).Activity as ComponentType<ActivityProps>

const quiet = () => createTaskRuntime({ otel: false, performance: false })

/** The locks that our workers hold for life: free when the worker is gone, whoever ended it. */
const lifeLocks = new Set<string>()
let spawned = 0
const alive = async () => {
  const { held = [] } = await navigator.locks.query()
  return held.filter(({ name }) => name !== undefined && lifeLocks.has(name)).length
}

const lab: TaskOptions<LabApi> = taskOptions<LabApi>({
  type: 'parallel',
  maxWorkers: 2,
  worker: ({ name }) => {
    spawned++
    const worker = new Worker(new URL('./fixtures/lab.worker.ts', import.meta.url), { type: 'module', name })
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (Array.isArray(data) && data[0] === LOCKED) lifeLocks.add(String(data[1]))
    })
    return worker
  },
})

const roots: Root[] = []
let container: HTMLElement

function mount(ui: ReactNode): (next: ReactNode) => void {
  container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  roots.push(root)
  root.render(ui)
  return (next) => root.render(next)
}

async function shows(text: string): Promise<void> {
  await expect.poll(() => container.textContent).toBe(text)
}

afterEach(async () => {
  for (const root of roots.splice(0)) root.unmount()
  container.remove()
  await vi.waitUntil(async () => (await alive()) === 0)
  spawned = 0
})

function Caller({ text }: { text: string }) {
  const { run, data } = useTaskCall(lab, 'echo')
  useEffect(() => run(text), [run, text])
  return <output>{data === undefined ? 'waiting' : String(data)}</output>
}

function Reader({ text }: { text: string }) {
  return <output>{String(useSuspenseTaskQuery(taskQuery(lab, 'echo', text)).data)}</output>
}

const Owner = ({ children }: { children: ReactNode }) => (
  <AtelierProvider createRuntime={quiet} graceMs={0}>
    {children}
  </AtelierProvider>
)

describe.each([
  { lane: 'plain', Lane: React.Fragment },
  { lane: 'in StrictMode', Lane: StrictMode },
])('a tree that owns its workers, $lane', ({ Lane }) => {
  it('mounted and unmounted', async () => {
    const render = mount(
      <Lane>
        <Owner>
          <Caller text="one" />
        </Owner>
      </Lane>,
    )
    await shows('one')
    await expect.poll(alive).toBe(1)
    render(null)
    await expect.poll(alive).toBe(0)
  })

  it.runIf(Activity)('hidden and shown again by an Activity', async () => {
    const page = (mode: 'visible' | 'hidden', text: string) => (
      <Lane>
        <Activity mode={mode}>
          <Owner>
            <Caller text={text} />
          </Owner>
        </Activity>
      </Lane>
    )
    const render = mount(page('visible', 'one'))
    await shows('one')
    await expect.poll(alive).toBe(1)
    render(page('hidden', 'one'))
    await expect.poll(alive).toBe(0)
    render(page('visible', 'two'))
    await shows('two')
    await expect.poll(alive).toBe(1)
  })

  it('suspended before it has mounted', async () => {
    let isReady = false
    let ready = () => {}
    const wait = new Promise<void>((resolve) => (ready = resolve))
    function Slow() {
      // oxlint-disable-next-line no-throw-literal -- what suspends on every React
      if (!isReady) throw wait
      return null
    }
    const render = mount(
      <Lane>
        <Suspense fallback="loading">
          <Owner>
            <Caller text="one" />
            <Slow />
          </Owner>
        </Suspense>
      </Lane>,
    )
    await shows('loading')
    expect(spawned).toBe(0)
    isReady = true
    ready()
    await shows('one')
    render(null)
    await expect.poll(alive).toBe(0)
  })

  it.runIf(Activity)('hidden at its first render and removed', async () => {
    const render = mount(
      <Lane>
        <Activity mode="hidden">
          <Owner>
            <Caller text="one" />
          </Owner>
        </Activity>
      </Lane>,
    )
    await shows('')
    render('gone')
    await shows('gone')
    expect(spawned).toBe(0)
  })

  it('work that a render started, and that nobody committed', async () => {
    const never = new Promise<void>(() => {})
    function Stuck(): never {
      // oxlint-disable-next-line no-throw-literal -- what suspends on every React
      throw never
    }
    const render = mount(
      <Lane>
        <Owner>
          <Suspense fallback="loading">
            <Reader text="one" />
            <Stuck />
          </Suspense>
        </Owner>
      </Lane>,
    )
    await shows('loading')
    await expect.poll(alive).toBeGreaterThan(0)
    render('gone')
    await shows('gone')
    await expect.poll(alive, { timeout: 5_000 }).toBe(0)
  })

  it('a call that runs when it is unmounted is aborted in its worker, which lives on for others', async () => {
    const runtime = quiet()
    const task = runtime.defineTask<LabApi>(lab)
    function Waiter() {
      const { run, status } = useTaskCall(lab, 'wait', { mode: 'drop-latest' })
      useEffect(() => run('gate'), [run])
      return <output>{status}</output>
    }
    const page = (child: ReactNode) => (
      <Lane>
        <AtelierProvider runtime={runtime}>{child}</AtelierProvider>
      </Lane>
    )
    const render = mount(page(<Waiter />))
    await shows('running')
    render(page('gone'))
    await expect.poll(() => task.control.getSnapshot().counts.canceled).toBe(1)
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(0)
    expect(await task.echo('still here')).toBe('still here')
    expect(await alive()).toBe(1)
    runtime.dispose()
  })

  it('the same after its boundary has suspended again, as often as it likes', async () => {
    const runtime = quiet()
    const task = runtime.defineTask<LabApi>(lab)
    function Waiter() {
      const { run, status } = useTaskCall(lab, 'wait', { mode: 'drop-latest' })
      useEffect(() => run('gate'), [run])
      return <output>{status}</output>
    }
    const waiter = <Waiter />
    const page = (late: string | null) => (
      <Lane>
        <AtelierProvider runtime={runtime}>
          <Suspense fallback="loading">
            {late === null ? null : waiter}
            {late && <Reader text={late} />}
          </Suspense>
        </AtelierProvider>
      </Lane>
    )
    const render = mount(page(''))
    await shows('running')
    for (const text of ['one', 'two']) {
      render(page(text))
      await expect.poll(() => container.textContent).toContain('loading')
      await expect.poll(() => container.textContent).toBe(`running${text}`)
    }
    expect(task.control.getSnapshot().counts.canceled).toBe(0)
    render(page(null))
    await expect.poll(() => task.control.getSnapshot().counts.canceled).toBe(1)
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(0)
    runtime.dispose()
  })
})
