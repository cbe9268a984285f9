/** What a worker file may serve: objects of functions and instances of classes, and what is refused. */
import { createFakeWorker, createTestRuntime } from 'atelier-react/testing'
import { describe, expect, it } from 'vitest'
import type { TaskHandlers } from '../../../src/types/task.ts'
import { methodsOf } from '../../../src/worker/handler-names.ts'
import { makeLab } from '../support/lab.ts'

class Counter {
  #count = 0
  protected readonly label = 'counter'
  readonly step = (by: number): number => {
    this.#count += by
    return this.#count
  }
  count(): number {
    return this.#count
  }
  *upTo(end: number): Generator<string> {
    for (let n = this.#count; n < end; n++) yield `${this.label} ${n}`
  }
  protected get size(): number {
    throw new Error('a getter is not read')
  }
  static make(): Counter {
    return new Counter()
  }
}

class Twice extends Counter {
  twice(): number {
    return this.count() * 2
  }
  override count(): number {
    return super.count() + 100
  }
}

const asHandlers = (instance: object) => instance as TaskHandlers

describe('the methods', () => {
  it.each<[string, object, string[]]>([
    ['an object', { a: () => 1, b() {} }, ['a', 'b']],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: () => 1 }), ['a']],
    ['an instance', new Counter(), ['step', 'count', 'upTo']],
    ['an instance of a subclass', new Twice(), ['step', 'twice', 'count', 'upTo']],
    ['an object made of another', Object.create({ a: () => 1 }) as object, ['a']],
    ['no function', {}, []],
    ['a class without methods', Object.create({}) as object, []],
  ])('of %s', (_what, handlers, methods) => {
    expect(methodsOf(handlers)).toEqual(methods)
  })

  it.each([
    ['an object', { control: () => 1 }],
    [
      'a class',
      new (class {
        control(): void {}
      })(),
    ],
    [
      'a class above its class',
      new (class extends class {
        with(): void {}
      } {})(),
    ],
  ])('of %s have no reserved name', (_what, handlers) => {
    expect(() => methodsOf(handlers)).toThrow(/is reserved and cannot be a method; rename the handler/)
  })

  it.each([
    ['a class', Twice, '[object Function]'],
    ['a list', [() => 1], '[object Array]'],
    ['nothing', undefined, '[object Undefined]'],
  ])('are not those of %s', (_what, handlers, kind) => {
    expect(() => methodsOf(handlers as object)).toThrow(`an instance of a class: new Service(), got ${kind}`)
  })

  it('of an object are all functions', () => {
    expect(() => methodsOf({ find: () => 1, version: 3 })).toThrow('"version" must be a function, got number')
  })
})

describe('an instance of a class', () => {
  it('is what its methods run on, private fields included', async () => {
    const lab = makeLab(() => asHandlers(new Twice()))
    const task = lab.task as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
    const results = Promise.all([task['step']?.(2), task['step']?.(3), task['count']?.(), task['twice']?.()])
    await lab.settle()
    expect(await results).toEqual([2, 5, 105, 210])
  })

  it('gives items of its generator methods', async () => {
    const lab = makeLab(() => asHandlers(new Counter()))
    const items: unknown[] = []
    const stream = (lab.task as unknown as { upTo(end: number): AsyncIterable<string> }).upTo(2)
    const read = (async () => {
      for await (const item of stream) items.push(item)
    })()
    await lab.settle()
    await read
    expect(items).toEqual(['counter 0', 'counter 1'])
  })

  it('may stand in a fake worker', async () => {
    using runtime = createTestRuntime()
    const task = runtime.defineTask<Twice>({
      type: 'singleton',
      worker: () => createFakeWorker({ handlers: new Twice() }),
    })
    expect(await task.step(4)).toBe(4)
    expect(await task.twice()).toBe(208)
  })
})
