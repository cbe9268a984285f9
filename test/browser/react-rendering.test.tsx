/** Concurrent rendering in a real browser: no commit is torn, and no flood of calls renders more than once a frame. */
import {
  AtelierProvider,
  createTaskRuntime,
  type Task,
  type TaskRuntime,
  useRuntime,
  useRuntimeSnapshot,
  useTaskSnapshot,
} from 'atelier-react'
import { Profiler, startTransition, useEffect, useLayoutEffect, useReducer, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it } from 'vitest'
import type { LabApi } from './fixtures/lab.worker.ts'

const READERS = 30
/** Longer than React works before it lets others in, so that a render of all readers is interrupted many times. */
const READER_MS = 6

function labRuntime() {
  const runtime = createTaskRuntime({ otel: false, performance: false })
  const task = runtime.defineTask<LabApi>({
    type: 'parallel',
    taskName: 'lab',
    maxWorkers: 1,
    maxQueueDepth: Number.POSITIVE_INFINITY,
    worker: () => new Worker(new URL('./fixtures/lab.worker.ts', import.meta.url), { type: 'module' }),
  })
  return { runtime, task }
}

function burn(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

const dispatchedOf = (runtime: TaskRuntime) => runtime.getRuntimeSnapshot().tasks[0]?.counts.dispatched ?? 0

type UseCount = (task: Task<LabApi>) => number

const useOfRuntime: UseCount = () =>
  useRuntimeSnapshot((snapshot) => snapshot.tasks[0]?.counts.dispatched ?? 0)

const useOfTask: UseCount = (task) => useTaskSnapshot(task, ({ counts }) => counts.dispatched)

/** What one would write at first: it reads what is current in render, and renders again when told. */
function useReadInRender(): number {
  const runtime = useRuntime()
  const [, again] = useReducer((count: number) => count + 1, 0)
  useEffect(() => runtime.subscribeRuntimeSnapshot(again), [runtime])
  return dispatchedOf(runtime)
}

/** What one would write next. */
function useStateAndEffect(): number {
  const runtime = useRuntime()
  const [count, setCount] = useState(() => dispatchedOf(runtime))
  useEffect(() => runtime.subscribeRuntimeSnapshot(() => setCount(dispatchedOf(runtime))), [runtime])
  return count
}

/** Shows slow readers in a transition while calls come in; gives the commits in which they did not agree. */
async function tornCommits(useCount: UseCount, rounds: number): Promise<number> {
  const { runtime, task } = labRuntime()
  const container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  let torn = 0
  let show: (isShown: boolean) => void = () => {}

  function Reader() {
    const count = useCount(task)
    burn(READER_MS)
    return <i>{count}</i>
  }

  function Page() {
    const [isShown, setShown] = useState(false)
    useEffect(() => {
      show = (next) => startTransition(() => setShown(next))
    }, [])
    useLayoutEffect(() => {
      const values = new Set(Array.from(container.querySelectorAll('i'), (reader) => reader.textContent))
      if (values.size > 1) torn++
    })
    return isShown ? Array.from({ length: READERS }, (_, i) => <Reader key={i} />) : null
  }

  root.render(
    <AtelierProvider runtime={runtime}>
      <Page />
    </AtelierProvider>,
  )
  await task.add(1, 1)
  await expect.poll(() => dispatchedOf(runtime)).toBe(1)
  for (let round = 0; round < rounds; round++) {
    const before = dispatchedOf(runtime)
    show(true)
    // Calls come in between the slices of the render.
    while (container.querySelectorAll('i').length < READERS) await task.add(1, 1)
    expect(dispatchedOf(runtime) - before).toBeGreaterThan(3)
    show(false)
    await expect.poll(() => container.querySelectorAll('i').length).toBe(0)
  }
  root.unmount()
  container.remove()
  runtime.dispose()
  return torn
}

it.each([
  ['useRuntimeSnapshot', useOfRuntime],
  ['useTaskSnapshot', useOfTask],
])('readers with %s never disagree in a commit', { timeout: 30_000 }, async (_name, useCount) => {
  expect(await tornCommits(useCount, 5)).toBe(0)
})

// The control: had these not torn, the suite above would prove nothing.
it.each([
  ['a read in render', useReadInRender],
  ['useState and useEffect', useStateAndEffect],
])('readers with a naive subscription do: %s', { timeout: 30_000 }, async (_name, useCount) => {
  expect(await tornCommits(useCount, 5)).toBeGreaterThan(0)
})

it('a flood of 100,000 calls renders at most once a frame', async () => {
  const { runtime, task } = labRuntime()
  const container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  let commits = 0
  let frames = 0
  let isOver = false
  const countFrames = () => {
    frames++
    if (!isOver) requestAnimationFrame(countFrames)
  }
  function Count() {
    return <output>{useRuntimeSnapshot((snapshot) => snapshot.tasks[0]?.counts.succeeded)}</output>
  }
  root.render(
    <AtelierProvider runtime={runtime}>
      <Profiler id="count" onRender={() => commits++}>
        <Count />
      </Profiler>
    </AtelierProvider>,
  )
  await expect.poll(() => container.textContent).toBe('0')
  commits = 0
  requestAnimationFrame(countFrames)
  for (let turn = 0; turn < 100; turn++) {
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => task.add(i, 1)))
  }
  await expect.poll(() => container.textContent).toBe('100000')
  isOver = true
  expect(commits).toBeGreaterThan(1)
  expect(commits).toBeLessThanOrEqual(frames + 1)
  root.unmount()
  container.remove()
  runtime.dispose()
}, 30_000)
