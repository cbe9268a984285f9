/** Programs as a product engineer writes them: components. Each is whole, and runs on real workers. */
import {
  AtelierProvider,
  keepPrevious,
  skipToken,
  taskQuery,
  type TaskRuntime,
  useRuntime,
  useRuntimeEvents,
  useRuntimeSnapshot,
  useTaskCall,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
} from 'atelier-react'
import { useRef, useState } from 'react'
import { expect, it } from 'vitest'
import { makeRuntime, show } from './support.tsx'
import { database, hitsOf, catalog } from './tasks.ts'

it('a search box never shows less than it had', async () => {
  const seen: string[] = []
  function Search() {
    const [text, setText] = useState('')
    const hits = useTaskQuery(text === '' ? skipToken : hitsOf(text), {
      placeholderData: keepPrevious,
      select: (words) => words.join(' '),
      with: { priority: 'high' },
    })
    seen.push(hits.status)
    return (
      <>
        <input value={text} onChange={(event) => setText(event.target.value)} />
        {hits.status === 'success' ? hits.data : hits.status}
      </>
    )
  }
  const { text, type } = show(
    <AtelierProvider runtime={makeRuntime()}>
      <Search />
    </AtelierProvider>,
  )
  await expect.poll(text).toBe('idle')
  type('at')
  await expect.poll(text).toBe('atelier atlas')
  seen.length = 0
  type('ate')
  await expect.poll(text).toBe('atelier')
  expect(new Set(seen)).toEqual(new Set(['success']))
})

it('an upload has progress, and a button that cancels it', async () => {
  const heard: unknown[] = []
  function Upload() {
    const { status, progress, run, abort } = useTaskCall(catalog, 'watch', {
      with: { onProgress: (value) => heard.push(value) },
    })
    return (
      <>
        {status} {progress === undefined ? 'nothing yet' : `got to ${String(progress)}`}
        <button onClick={() => run()}>Start</button>
        <button onClick={() => abort('no more')}>Cancel</button>
      </>
    )
  }
  const { text, click } = show(
    <AtelierProvider runtime={makeRuntime()}>
      <Upload />
    </AtelierProvider>,
  )
  await expect.poll(text).toContain('idle')
  click('Start')
  await expect.poll(text).toMatch(/running got to \d/)
  expect(heard.length).toBeGreaterThan(0)
  click('Cancel')
  await expect.poll(text).toContain('canceled')
})

it('a form that saves itself keeps the last of what was typed while it saved', async () => {
  const runtime = makeRuntime()
  const saved: number[] = []
  function Form() {
    const { run, status } = useTaskCall(database, 'write', {
      mode: 'keep-last',
      abortAfterUnmountMs: Number.POSITIVE_INFINITY,
      onSuccess: (rows) => saved.push(rows),
    })
    const save = () => {
      for (const text of ['a', 'ab', 'abc', 'abcd']) run('draft', text)
    }
    return <button onClick={save}>{status}</button>
  }
  const { text, click } = show(
    <AtelierProvider runtime={runtime}>
      <Form />
    </AtelierProvider>,
  )
  await expect.poll(text).toBe('idle')
  click('idle')
  await expect.poll(text).toBe('success')
  expect(await runtime.defineTask(database).read('draft')).toBe('abcd')
  expect(saved.length).toBeLessThan(4)
})

it('a viewer reads a stream, and shows what it has so far', async () => {
  function Viewer() {
    const { items, status, run } = useTaskStream(catalog, 'lines', { with: { key: 'log' } })
    return (
      <button onClick={() => run(50)}>
        {items.length} {status}
      </button>
    )
  }
  const { text, click } = show(
    <AtelierProvider runtime={makeRuntime()}>
      <Viewer />
    </AtelierProvider>,
  )
  await expect.poll(text).toBe('0 idle')
  click('0 idle')
  await expect.poll(text).toBe('50 success')
})

it('a dashboard shows what runs, and ends it', async () => {
  const runtime = makeRuntime()
  const actions: string[] = []
  function Dashboard() {
    const { abort } = useRuntime()
    const { status, queue } = useTaskSnapshot(catalog)
    const tasks = useRuntimeSnapshot(({ tasks: all }) => all.map(({ taskId }) => taskId), {
      isEqual: (a, b) => a.join() === b.join(),
    })
    const count = useRef(0)
    useRuntimeEvents(({ action }) => actions.push(`${action} ${++count.current}`), { kinds: ['worker'] })
    return (
      <button onClick={() => abort({ task: catalog }, 'from the dashboard')}>
        {tasks.join()} {status} {queue.inFlight}
      </button>
    )
  }
  const { text, click } = show(
    <AtelierProvider runtime={runtime}>
      <Dashboard />
    </AtelierProvider>,
  )
  await expect.poll(text).toBe('catalog idle 0')
  const task = runtime.defineTask(catalog)
  const calls = Promise.allSettled([task.watch(), task.watch()])
  await expect.poll(text).toBe('catalog active 2')
  click('catalog active 2')
  expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect.poll(text).toBe('catalog active 0')
  expect(actions.slice(0, 2)).toEqual(['spawn 1', 'spawn 2'])
})

it('an embedded widget brings its own runtime, beside the one of the application and without a provider', async () => {
  const ofWidget = makeRuntime({ name: 'a-widget' })
  const task = ofWidget.defineTask(catalog)
  function Widget({ runtime }: { runtime: TaskRuntime }) {
    const hits = useTaskQuery(taskQuery(task, 'find', 're'))
    const { run, data } = useTaskCall(task, 'find')
    const names = useRuntimeSnapshot(({ tasks }) => tasks.map(({ taskName }) => taskName).join(), { runtime })
    return (
      <button onClick={() => run('w')}>
        {hits.data?.length} {data} {names}
      </button>
    )
  }
  const { text, click } = show(<Widget runtime={ofWidget} />)
  await expect.poll(text).toContain('2')
  click(text() ?? '')
  await expect.poll(text).toBe('2 worker catalog')
})
