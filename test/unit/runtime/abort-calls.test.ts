/** `runtime.abort`: which open calls it means, in whatever state they are, and how many it says they were. */
import { describe, expect, it } from 'vitest'
import { taskOptions } from '../../../src/runtime/task-proxy.ts'
import type { AbortTarget } from '../../../src/types/runtime.ts'
import { makeLab, watch } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'

const handlers = () => ({
  read: () => new Promise<string>(() => {}),
  write: () => new Promise<string>(() => {}),
})

/** Two tasks with a running, a waiting and a blocked call each, of two keys and two methods. */
async function setUp() {
  const lab = makeLab(handlers, { maxQueueDepth: 1 })
  const worker = () => new StepWorker(handlers).asWorker
  const options = taskOptions<ReturnType<typeof handlers>>({
    type: 'parallel',
    maxWorkers: 1,
    maxQueueDepth: 1,
    taskId: 'other',
    worker,
  })
  const other = lab.runtime.defineTask(options)
  const calls = [lab.task, other].flatMap((task, index) => [
    { name: `${index} read a`, call: task.with({ key: 'a' }).read() },
    { name: `${index} write a`, call: task.with({ key: 'a' }).write() },
    { name: `${index} read b`, call: task.with({ key: 'b' }).read() },
  ])
  const watched = calls.map(({ name, call }) => ({ name, fate: watch(call) }))
  await lab.settle()
  const first = calls[0]?.call.callId as string
  const ended = async () => {
    await lab.settle()
    return watched.filter(({ fate }) => fate().status !== 'open').map(({ name }) => name)
  }
  return { ...lab, other, options, first, watched, ended }
}

type Made = Awaited<ReturnType<typeof setUp>>
const targets: [what: string, target: (made: Made) => AbortTarget, ended: string[]][] = [
  ['a key', () => ({ key: 'a' }), ['0 read a', '0 write a', '1 read a', '1 write a']],
  ['a key of a task', ({ task }) => ({ key: 'a', task }), ['0 read a', '0 write a']],
  ['a key of a task by its options', ({ options }) => ({ key: 'b', task: options }), ['1 read b']],
  ['a key of what with() made', ({ other }) => ({ key: 'b', task: other.with({}) }), ['1 read b']],
  ['a key of a method', () => ({ key: 'a', method: 'write' }), ['0 write a', '1 write a']],
  ['a key of a method of a task', ({ task }) => ({ key: 'a', method: 'write', task }), ['0 write a']],
  ['keys', () => ({ keys: new Set(['b', 'c']) }), ['0 read b', '1 read b']],
  ['a task', ({ other }) => ({ task: other }), ['1 read a', '1 write a', '1 read b']],
  ['a method of a task', ({ other }) => ({ task: other, method: 'read' }), ['1 read a', '1 read b']],
  ['a call', ({ first }) => ({ callId: first }), ['0 read a']],
  ['a call that there is not', () => ({ callId: 'call-99' }), []],
]

it.each(targets)(
  'aborts %s, says how many calls it was, and leaves the others',
  async (_what, target, ended) => {
    const made = await setUp()
    const reason = new Error('mine')
    expect(made.runtime.abort(target(made), reason)).toBe(ended.length)
    expect(await made.ended()).toEqual(ended)
    for (const { name, fate } of made.watched)
      if (ended.includes(name)) expect(fate()).toMatchObject({ reason: { code: 'aborted', cause: reason } })
    expect(made.runtime.abort(target(made))).toBe(0)
  },
)

it('means no task of another runtime', async () => {
  const made = await setUp()
  const foreign = makeLab(handlers)
  expect(made.runtime.abort({ task: foreign.task })).toBe(0)
  expect(await made.ended()).toEqual([])
})

it('counts callers who share a run', async () => {
  const { task, runtime } = makeLab(handlers)
  const shared = task.with({ key: 'a', keyMode: 'dedupe' })
  const fates = [shared.read(), shared.read(), shared.read()].map(watch)
  expect(runtime.abort({ task })).toBe(3)
  await Promise.resolve()
  expect(fates.map((fate) => fate().status)).toEqual(['rejected', 'rejected', 'rejected'])
})

it('gives a reason of its own where there is none', async () => {
  const { task, runtime } = makeLab(handlers)
  const fate = watch(task.read())
  runtime.abort({ task })
  await Promise.resolve()
  expect(fate()).toMatchObject({ reason: { cause: { name: 'AbortError', message: 'The call was aborted' } } })
})

describe('refuses, and aborts nothing', () => {
  it.each([
    ['nothing', {}],
    ['a method alone', { method: 'read' }],
    ['an unknown member', { key: 'a', tasks: [] }],
    ['sticky with a task', { key: 'a', sticky: true, task: { control: {} } }],
    ['keys and a task', { keys: ['a'], task: { control: {} } }],
    ['a key that is no text', { key: 5 }],
    ['no object', null],
  ])('%s', async (_what, target) => {
    const made = await setUp()
    expect(() => made.runtime.abort(target as never)).toThrow(TypeError)
    expect(await made.ended()).toEqual([])
  })
})

describe('control.call', () => {
  it('calls a method that is a variable, with the options of with() and its own', async () => {
    const { task, runtime, settle } = makeLab(() => ({
      add: (a: number, b: number) => a + b,
      close: () => 'a handler',
    }))
    const call = task.with({ key: 'a' }).control.call('add', [1, 2], { priority: 'high' })
    const other = watch(task.close())
    await settle()
    expect(await call).toBe(3)
    expect(other()).toMatchObject({ value: 'a handler' })
    const aborted = watch(task.with({ key: 'a' }).control.call('add', [1, 2]))
    expect(runtime.abort({ key: 'a' })).toBe(1)
    await settle()
    expect(aborted()).toMatchObject({ status: 'rejected' })
    expect(() => task.control.call('add', 5 as never)).toThrow(/"args".*an array of arguments/)
    expect(() => task.control.call('' as 'add', [1, 2])).toThrow(/"method"/)
  })

  it('is the same object each time, and its functions need no task', () => {
    const { task } = makeLab(handlers)
    const { getSnapshot, start } = task.control
    expect(task.control).toBe(task.control)
    expect(task.with({}).control.getSnapshot).toBe(getSnapshot)
    start()
    expect(getSnapshot().status).toBe('active')
  })
})
