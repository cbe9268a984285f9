/** Names that mean something to the language or to a library: reading and showing a task makes no call. */
import { createTestRuntime, expectNoLiveWorkers } from 'atelier-react/testing'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Task } from '../../../src/types/control.ts'
import type { TaskRuntime } from '../../../src/types/runtime.ts'
import { makeLab, shown, watch } from '../support/lab.ts'

type Api = { echo(value: unknown): unknown }

describe('a task that nobody calls', () => {
  let runtime: TaskRuntime
  let task: Task<Api>
  beforeEach(() => {
    runtime = createTestRuntime()
    task = runtime.defineTask<Api>({
      type: 'parallel',
      taskName: 'quiet',
      worker: () => {
        throw new Error('a call was made')
      },
    })
  })
  afterEach(() => {
    const { status, counts } = task.control.getSnapshot()
    if (status !== 'idle' || counts.failed > 0) throw new Error('a call was made')
    expectNoLiveWorkers()
    runtime.dispose()
  })

  it('is awaited as a value', async () => {
    const awaited: unknown = await Promise.resolve(task)
    expect(awaited === task).toBe(true)
  })

  it('is shown', () => {
    expect(JSON.stringify({ task })).toBe('{"task":{"taskId":"quiet","taskName":"quiet"}}')
    expect(`${String(task)}`).toBe('Task(quiet)')
    expect(`${task as unknown as string}`).toBe('Task(quiet)')
    expect(inspect(task)).toContain('quiet')
    expect(Object.prototype.toString.call(task)).toBe('[object Task]')
    expect(Number(task)).toBeNaN()
  })

  it('is compared and looked through', () => {
    expect(Object.is(task, task.with({}))).toBe(false)
    expect(task instanceof Promise).toBe(false)
    expect(Symbol.iterator in task).toBe(false)
    expect(Object.keys(task)).toContain('taskId')
    expect({ ...task }.taskId).toBe('quiet')
    expect(Reflect.getPrototypeOf(task)).toBeNull()
    expect(() => structuredClone(task)).toThrow(/could not be cloned/)
  })

  it('cannot be changed', () => {
    const open = task as unknown as Record<string, unknown>
    expect(() => {
      open['echo'] = () => 'forged'
    }).toThrow(TypeError)
    expect(() => delete open['with']).toThrow(TypeError)
    expect(() => Object.defineProperty(open, 'taskId', { value: 'x' })).toThrow(TypeError)
    expect(task.taskId).toBe('quiet')
  })

  it('has methods that stay the same', () => {
    const { echo } = task
    expect(echo).toBe(task.echo)
  })
})

describe('a name that every object has', () => {
  it.each(['constructor', '__proto__', 'hasOwnProperty', '__defineGetter__', 'isPrototypeOf'])(
    'is no way to %s of the handlers',
    async (name) => {
      const { task, settle } = makeLab(() => ({ echo: (value: unknown) => value }))
      const method = Reflect.get(task, name) as (value: unknown) => Promise<unknown>
      const call = watch(method('x'))
      await settle()
      expect(shown(call())).toBe('no-method')
      const next = watch(task.echo('fine'))
      await settle()
      expect(shown(next())).toBe('fine')
    },
  )

  it.each(['hasOwnProperty', 'isPrototypeOf', 'arguments', 'name', 'length', '0', ' ', 'é'])(
    'is a method when a handler has it: %s',
    async (name) => {
      const { task, settle } = makeLab<Record<string, (value: string) => string>>(() => ({
        [name]: (value: string) => `${name} ${value}`,
      }))
      const call = watch(task[name]?.('works') as Promise<string>)
      await settle()
      expect(shown(call())).toBe(`${name} works`)
    },
  )
})
