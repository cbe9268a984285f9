/** Arguments, results and errors that resist: the call that brings them settles, and so do the calls beside it. */
import { describe, expect, it } from 'vitest'
import { type Lab, makeLab, shown, watch } from '../support/lab.ts'

/** More than the arguments of one function call may be. */
const many = 150_000

/** Values that structured clone refuses, each of which looks harmless in one way or another. */
const unclonable: readonly [what: string, make: () => unknown][] = [
  ['a function', () => () => {}],
  ['an object with a method', () => ({ run() {} })],
  ['a proxy of a flat object', () => new Proxy({ a: 1 }, {})],
  ['a proxy of a flat array', () => new Proxy([1, 2], {})],
  ['a revoked proxy', revoked],
  ['a sparse array with a function for a property', sparseWithFunction],
  ['a long array with a function at its end', () => [...Array(many).keys(), () => {}]],
  ['a map of many entries and a function', () => new Map<unknown, unknown>([...numbers(), ['f', () => {}]])],
  ['a weak map', () => new WeakMap()],
  ['a flat object whose getter throws', () => getter(() => fail('getter'))],
  ['an array whose getter throws', () => Object.defineProperty([1], 0, { get: () => fail('getter') })],
  ['an array whose getter gives a function', () => Object.defineProperty([1], 0, { get: () => () => {} })],
]

/** Values of more parts than fit into the arguments of one function call. */
const large: readonly [what: string, make: () => unknown][] = [
  ['a long array of objects', () => Array.from({ length: many }, () => ({}))],
  ['a map of many entries', () => new Map(numbers())],
  ['a set of many values', () => new Set(Array(many).keys())],
]

const handlers = () => ({
  echo: (value: unknown) => value,
  take: (_value: unknown) => 'taken',
  give: (index: number) => unclonable[index]?.[1](),
  giveLarge: (index: number) => large[index]?.[1](),
})

describe('an argument that cannot be cloned', () => {
  it.each(unclonable)('fails its own call alone: %s', async (_what, make) => {
    const lab = await warm()
    const fates = [lab.task.echo(1), lab.task.take(make()), lab.task.echo(2)].map(watch)
    await lab.settle()
    expect(fates.map((fate) => shown(fate()))).toEqual([1, 'clone-args', 2])
    expectFree(lab)
  })
})

describe('a result that cannot be cloned', () => {
  it.each(unclonable.map(([what], index) => [what, index] as const))(
    'fails its own call alone: %s',
    async (_what, index) => {
      const lab = await warm()
      const fates = [lab.task.echo(1), lab.task.give(index), lab.task.echo(2)].map(watch)
      await lab.settle()
      const [first, hostile, last] = fates.map((fate) => fate())
      expect([first, last]).toMatchObject([{ value: 1 }, { value: 2 }])
      expect(hostile?.status).toBe('rejected')
      expectFree(lab)
    },
  )
})

describe('a value of many parts', () => {
  it.each(large)('is looked through for what can be transferred: %s', async (_what, make) => {
    const lab = await warm()
    const fate = watch(lab.task.with({ transfer: 'auto' }).take(make()))
    await lab.settle()
    expect(shown(fate())).toBe('taken')
  })

  it.each(large.map(([what], index) => [what, index] as const))(
    'is looked through on the way back as well: %s',
    async (_what, index) => {
      const lab = await warm()
      const fate = watch(lab.task.with({ transferResult: 'auto' }).giveLarge(index))
      await lab.settle()
      expect(fate().status).toBe('fulfilled')
      expectFree(lab)
    },
  )
})

/** One worker that has answered: calls of one turn now travel together. */
async function warm(): Promise<Lab<ReturnType<typeof handlers>>> {
  const lab = makeLab(handlers, { maxQueueDepth: 100 })
  void lab.task.echo(0)
  await lab.settle()
  return lab
}

function expectFree({ task }: Lab<ReturnType<typeof handlers>>): void {
  const { inFlight, pending, blocked } = task.control.getSnapshot().queue
  expect({ inFlight, pending, blocked }).toEqual({ inFlight: 0, pending: 0, blocked: 0 })
}

function numbers(): [number, number][] {
  return Array.from({ length: many }, (_, index) => [index, index])
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function sparseWithFunction(): unknown {
  const array: unknown[] = []
  array[1] = 1
  return Object.assign(array, { run: () => {} })
}

function getter(get: () => unknown): unknown {
  return Object.defineProperty({}, 'value', { get, enumerable: true })
}

function fail(message: string): never {
  throw new Error(message)
}
