/** Objects of classes and errors over real threads: there, back, item by item, and what is said where only one side knows the class. */
import { type Codec, taskOptions } from 'atelier-react/core'
import { expect, it } from 'vitest'
import type { CodecsApi } from './fixtures/codecs.worker.ts'
import { Money, money, OutOfStock, Table, table } from './fixtures/codecs.ts'
import { rejection, testRuntime } from './fixtures/lab.ts'

const shop = (codecs: readonly Codec[] = [money, table]) =>
  testRuntime().defineTask(
    taskOptions<CodecsApi>({
      type: 'parallel',
      maxWorkers: 1,
      taskId: 'shop',
      worker: () => new Worker(new URL('./fixtures/codecs.worker.ts', import.meta.url), { type: 'module' }),
      codecs,
      errors: [OutOfStock],
    }),
  )

it('keep their class as arguments and results, deep in them, and move what they name', async () => {
  const task = shop()
  const prices = new Map([['tea', { list: [new Money(2), new Money(3)] }]])
  const { total, seen } = await task.total(prices, new Money(5))
  expect(total).toBeInstanceOf(Money)
  expect(total.plus(new Money(1))).toEqual(new Money(11))
  expect(seen).toEqual(['Money', 'Money', 'Money'])

  const given = new Table(new Uint8Array([1, 2, 3]))
  const doubled = await task.doubled(given)
  expect(doubled).toBeInstanceOf(Table)
  expect([...doubled.bytes]).toEqual([2, 4, 6])
  expect(given.bytes.byteLength).toBe(0)
})

it('keep it as items of a stream, and as what it returns', async () => {
  const stream = shop().countdown(new Money(3))
  const items: Money[] = []
  for (;;) {
    const { done, value } = await stream.next()
    expect(value).toBeInstanceOf(Money)
    items.push(value)
    if (done) break
  }
  expect(items.map(({ cents }) => cents)).toEqual([3, 2, 1, 0])
})

it('errors that the task names keep theirs', async () => {
  const error = await rejection(shop().order('tea'))
  expect(error).toBeInstanceOf(OutOfStock)
  expect(error).toMatchObject({ message: 'no tea', item: 'tea' })
})

it.each([
  ['the worker', [money], 'table'],
  ['the page', [money, table, { ...money, name: 'coin' }], 'coin'],
] as const)('one that only %s has fails the start', async (_side, codecs, name) => {
  const error = await rejection(shop(codecs).countdown(new Money(1)).next())
  expect(error).toMatchObject({ name: 'WorkerStartError', code: 'start-failed' })
  expect(error.message).toContain(`codec "${name}"`)
  expect(error.message).toContain('Give the same codecs to')
})
