/** What a call has that says nothing: the library's, the task's, the method's, and what `with()` laid over them, in this order. */
import { describe, expect, it } from 'vitest'
import { HIGH, LOW, NORMAL } from '../../../src/call/call.ts'
import { mergeCallOptions } from '../../../src/options/call-options.ts'
import { resolveCalls } from '../../../src/options/task-options.ts'
import { taskOptions } from '../../../src/runtime/task-proxy.ts'
import type { TaskConfig, TaskDispatchOptions } from '../../../src/types/task.ts'
import { drain, makeLab, watch } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'

const handlers = () => ({
  read: (id: string) => id,
  write: (id: string, text: string) => id + text,
  wait: () => new Promise<void>(() => {}),
})
type Api = ReturnType<typeof handlers>

describe('defaults', () => {
  it('hold for every call, and with() comes before them', async () => {
    const { task, runtime, settle } = makeLab(handlers, { defaults: { key: 'all', timeoutMs: { run: 50 } } })
    const [first, second] = [watch(task.wait()), watch(task.with({ key: 'mine' }).wait())]
    await settle()
    expect(runtime.abort({ key: 'all' })).toBe(1)
    expect(runtime.abort({ key: 'mine' })).toBe(1)
    await drain()
    expect([first(), second()]).toMatchObject([
      { reason: { code: 'aborted' } },
      { reason: { code: 'aborted' } },
    ])
  })

  it('of two definitions that differ in them alone are two sets of options of one pool', async () => {
    const { runtime, workers } = makeLab(handlers)
    const search = taskOptions<Api>({
      type: 'parallel',
      maxWorkers: 1,
      worker: () => {
        const worker = new StepWorker(handlers)
        workers.push(worker)
        return worker.asWorker
      },
    })
    const background: typeof search = { ...search, defaults: { key: 'background' } }
    const [one, other] = [runtime.defineTask(search), runtime.defineTask(background)]
    expect(other.taskId).toBe(one.taskId)
    expect(other.control.getSnapshot).toBe(one.control.getSnapshot)
    expect(runtime.defineTask(background)).toBe(other)
    const calls = [one.wait(), other.wait()].map(watch)
    expect(runtime.abort({ key: 'background' })).toBe(1)
    await drain()
    expect(calls.map((call) => call().status)).toEqual(['open', 'rejected'])
    expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(2)
    one.control.dispose()
    await drain()
    expect(calls.map((call) => call().status)).toEqual(['rejected', 'rejected'])
    await expect(other.read('a')).rejects.toMatchObject({ code: 'disposed' })
  })

  it('share a pool by what was read at their definition: later changes of an options object are not seen', () => {
    const { runtime } = makeLab(handlers)
    const options = {
      type: 'parallel' as const,
      taskName: 'search',
      maxWorkers: 1,
      worker: () => new StepWorker(handlers).asWorker,
    }
    const one = runtime.defineTask<Api>(options)
    const copy = { ...options, defaults: { key: 'background' } }
    options.maxWorkers = 2
    expect(runtime.defineTask<Api>(copy).control.getSnapshot).toBe(one.control.getSnapshot)
  })

  it('share a pool where one says what is the default of the other', () => {
    const { runtime } = makeLab(handlers)
    const options = {
      type: 'singleton' as const,
      taskName: 'search',
      worker: () => new StepWorker(handlers).asWorker,
    }
    const one = runtime.defineTask<Api>(options)
    const other = runtime.defineTask<Api>({ ...options, maxWorkers: 1, defaults: { key: 'background' } })
    expect(other.control.getSnapshot).toBe(one.control.getSnapshot)
  })

  it('two definitions without a name that are alike in all are two tasks', () => {
    const { runtime } = makeLab(handlers)
    const worker = () => new StepWorker(handlers).asWorker
    const make = () => runtime.defineTask(taskOptions<Api>({ type: 'parallel', worker }))
    expect(make().taskId === make().taskId).toBe(false)
  })
})

describe('methods', () => {
  it('derive keys from the arguments of their own, typed', async () => {
    const config: Partial<TaskConfig<Api>> = {
      maxQueueDepth: 9,
      methods: { read: { keyOf: (id) => id }, write: { keyOf: (id, text) => id + text.length } },
    }
    const { task, runtime } = makeLab(handlers, config)
    const calls = [task.read('a'), task.write('a', 'b'), task.wait()].map(watch)
    expect([runtime.abort({ key: 'a' }), runtime.abort({ key: 'a1' }), runtime.abort({ key: 'a' })]).toEqual([
      1, 1, 0,
    ])
    await drain()
    expect(calls.map((call) => call().status)).toEqual(['rejected', 'rejected', 'open'])
  })

  it('come before the defaults and after with(), however often it is called', () => {
    const given: TaskConfig<Api> = {
      type: 'parallel',
      worker: () => new StepWorker(handlers).asWorker,
      defaults: { priority: 'low', keyMode: 'serial', timeoutMs: { queue: 1, run: 1 } },
      methods: { read: { priority: 'high', timeoutMs: { run: 2 } } },
    }
    const { defaults, methods } = resolveCalls(given)
    expect(defaults).toMatchObject({ priority: LOW, keyMode: 'serial', timeouts: { queue: 1, run: 1 } })
    expect(methods.get('read')).toMatchObject({ priority: HIGH, timeouts: { run: 2 } })
    expect(methods.has('wait')).toBe(false)
  })

  it('order the calls of one turn', async () => {
    const started: string[] = []
    const { task, settle } = makeLab(
      () => ({
        read: (id: string) => void started.push(id),
        write: (id: string) => void started.push(id),
        wait: (id: string) => void started.push(id),
      }),
      {
        type: 'singleton',
        maxQueueDepth: 9,
        defaults: { priority: 'low' },
        methods: { read: { priority: 'high' } },
      },
    )
    // It takes the free slot, whatever comes after it.
    void task.wait('first')
    void task.wait('low')
    void task.read('high')
    void task.with({ priority: 'normal' }).wait('normal')
    void task.with({ priority: 'low' }).read('low read')
    void task.with({ priority: null }).wait('normal again')
    await settle()
    expect(started).toEqual(['first', 'high', 'normal', 'normal again', 'low', 'low read'])
  })
})

describe('with()', () => {
  const base = resolveCalls({
    defaults: {
      key: 'a',
      keyMode: 'serial',
      priority: 'low',
      timeoutMs: { queue: 1, run: 2 },
      attributes: { a: 1 },
      transfer: 'auto',
      transferResult: true,
      onProgress: () => {},
      onStart: () => {},
      signal: new AbortController().signal,
    },
  }).defaults

  it('merges timeouts by field, and attributes by name', () => {
    const merged = mergeCallOptions(base, { timeoutMs: { run: 5, queue: null }, attributes: { b: 2 } })
    expect(merged.timeouts).toEqual({ queue: undefined, run: 5, total: undefined })
    expect(merged.attributes).toEqual({ a: 1, b: 2 })
    expect(mergeCallOptions(merged, { timeoutMs: 9 }).timeouts).toEqual({
      queue: undefined,
      run: 5,
      total: 9,
    })
  })

  it('takes back with null what was said before', () => {
    const all: TaskDispatchOptions = {
      key: null,
      keyMode: null,
      signal: null,
      attributes: null,
      timeoutMs: null,
      priority: null,
      transfer: null,
      transferResult: null,
      onProgress: null,
      onStart: null,
    }
    expect(mergeCallOptions(base, all)).toEqual(resolveCalls({}).defaults)
    expect(resolveCalls({}).defaults).toMatchObject({ key: undefined, keyMode: 'parallel', priority: NORMAL })
    expect(mergeCallOptions(base, {})).toEqual(base)
  })

  it('adds listeners to those before: each is called, whatever one throws', () => {
    const heard: unknown[] = []
    const hears = (who: string) => ({
      onStart: () => {
        heard.push(`${who} start`)
        throw new Error(who)
      },
      onProgress: (value: unknown) => heard.push(`${who} ${String(value)}`),
    })
    const [none, one] = [resolveCalls({}).defaults, resolveCalls({ defaults: hears('defaults') }).defaults]
    const all = mergeCallOptions(mergeCallOptions(one, hears('task')), hears('hook'))
    all.onProgress?.(1)
    expect(heard.splice(0)).toEqual(['defaults 1', 'task 1', 'hook 1'])
    expect(() => all.onStart?.()).toThrow('hook')
    expect(heard.splice(0)).toEqual(['defaults start', 'task start', 'hook start'])
    expect(mergeCallOptions(all, { onProgress: undefined }).onProgress).toBe(all.onProgress)
    const { onProgress } = mergeCallOptions(mergeCallOptions(all, { onProgress: null }), hears('last'))
    onProgress?.(2)
    expect(heard).toEqual(['last 2'])
    expect(mergeCallOptions(none, {}).onStart).toBeUndefined()
  })
})
