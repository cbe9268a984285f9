/** Programs as a product engineer writes them, without components. Each is whole, and runs on real workers. */
import { createTaskRuntime, parallelLimit, type RuntimeEvent } from 'atelier-react/core'
import { expect, it } from 'vitest'
import { makeRuntime } from './support.tsx'
import { background, database, catalog } from './tasks.ts'

it('a batch import reads what it can, and says what it could not', async () => {
  const runtime = makeRuntime()
  const task = runtime.defineTask(catalog)
  const texts = ['one two', 'unreadable', 'three', 'four five']
  const failed: [number, unknown][] = []
  const found = parallelLimit(
    texts,
    2,
    (text, { index, signal }) =>
      task.with({ signal, attributes: { batch: 'b1' } }).parse(`doc ${index}`, text),
    { failures: 'skip', ordered: true, onError: (error, _text, index) => failed.push([index, error]) },
  )
  const ids: string[] = []
  for await (const { id } of found) ids.push(id)
  expect(ids).toEqual(['doc 0', 'doc 2', 'doc 3'])
  expect(failed).toMatchObject([[1, { name: 'RangeError', message: 'doc 1 cannot be read' }]])
  const settled = []
  for await (const each of task.control.map('find', ['at', 'zz'], {
    failures: 'settle',
    ordered: true,
    maxInFlight: 1,
  }))
    settled.push(each)
  expect(settled).toEqual([
    { status: 'fulfilled', value: ['atelier', 'atlas'], item: 'at', index: 0 },
    { status: 'fulfilled', value: [], item: 'zz', index: 1 },
  ])
})

it('a document is one trace, and everything of it is canceled by its key', async () => {
  const runtime = makeRuntime({ performance: true })
  const spans: RuntimeEvent[] = []
  runtime.subscribeEvents((event) => spans.push(event))
  const task = runtime.defineTask(catalog)
  const importing = runtime.trace(
    'import:7',
    { attributes: { pages: 2 }, spanName: 'import' },
    async (trace) => {
      const calls = task.with({ trace, key: 'document 7' })
      return Promise.allSettled([calls.parse('7', 'some text'), calls.watch()])
    },
  )
  await expect.poll(() => task.control.getSnapshot().counts.succeeded).toBe(1)
  expect(runtime.abort({ key: 'document 7', task }, 'closed')).toBe(1)
  expect((await importing).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  await expect.poll(() => spans.filter(({ kind }) => kind === 'trace')).toMatchObject([{ spanCount: 2 }])
})

it('an image pipeline moves its pixels in and out', async () => {
  const task = makeRuntime().defineTask(catalog)
  const pixels = new Uint8Array(200_000).fill(1)
  const inverted = await task.with({ transferResult: true }).invert(pixels)
  expect([pixels.byteLength, inverted.byteLength, inverted[0]]).toEqual([0, 200_000, 254])
})

it('a database engine has one writer, methods of any name, and an end', async () => {
  const runtime = makeRuntime()
  const task = runtime.defineTask(database)
  const writes = ['a', 'b', 'c'].map((id) => task.with({ timeoutMs: { total: 10_000 } }).write(id, id))
  expect(await Promise.all(writes)).toEqual([1, 2, 3])
  expect(await task.map()).toHaveLength(3)
  await task.dispose()
  expect(await task.control.call('read', ['a'])).toBeUndefined()
  task.control.stop()
  expect(task.control.getSnapshot().status).toBe('stopped')
  task.control.start()
  expect(await task.write('d', 'd')).toBe(1)
  task.control.dispose()
  await expect(task.read('d')).rejects.toMatchObject({ code: 'disposed' })
})

it('work in the background shares the workers, and waits for what is urgent', async () => {
  const runtime = makeRuntime()
  const [urgent, later] = [runtime.defineTask(catalog), runtime.defineTask(background)]
  const done: string[] = []
  const blockers = [urgent.watch(), urgent.watch()]
  const note = (name: string) => () => done.push(name)
  const calls = [later.find('a').then(note('later')), urgent.find('r').then(note('urgent'))]
  await expect.poll(() => urgent.control.getSnapshot().queue.inFlight).toBe(2)
  const ends = Promise.allSettled(blockers)
  blockers[0]?.abort()
  await Promise.all(calls)
  blockers[1]?.abort()
  await ends
  expect(done).toEqual(['urgent', 'later'])
  expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(1)
})

it('a script of its own takes a runtime for a block', async () => {
  const runtime = createTaskRuntime({ otel: false, performance: { keepMeasures: 10, devtools: false } })
  try {
    expect(await runtime.defineTask(catalog).find('wor')).toEqual(['worker'])
  } finally {
    runtime.dispose()
  }
})
