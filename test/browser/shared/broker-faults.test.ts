/** A function for the broker that throws, returns something else, or ends its own task: what the page says, and what is left behind. */
import { expect, it } from 'vitest'
import { rejection } from '../fixtures/lab.ts'
import { engineName, frame } from './frames.ts'

/** A page whose broker does this each time it is asked for: as a guest, and as a host. */
const paged = (name: string, broker: (asked: number, made: () => SharedWorker) => SharedWorker) =>
  frame((window) => {
    let asked = 0
    return window.openPage(name, false, {
      shared: { by: 'origin', name, broker: () => broker(++asked, () => window.makeBroker()) },
    })
  })

const refuse = () => {
  throw new RangeError('no broker today')
}

it('fails the start with what it threw', async () => {
  const page = await paged(engineName(), refuse)
  const error = await rejection(page.task.get('nothing'))
  expect(error).toMatchObject({ name: 'WorkerStartError', code: 'start-failed' })
  expect(error.message).toContain('shared.broker')
  expect(error.cause).toMatchObject({ message: 'no broker today' })
  expect(page.workers).toHaveLength(0)
})

it('fails the start when it returns something else', async () => {
  const page = await paged(engineName(), () => ({}) as SharedWorker)
  const error = await rejection(page.task.get('nothing'))
  expect(error).toMatchObject({ name: 'WorkerStartError', code: 'start-failed' })
  expect(error.message).toContain('shared.broker')
})

it('leaves no worker behind when it throws in the page that hosts, and the next start works', async () => {
  const page = await paged(engineName(), (asked, made) => (asked === 2 ? refuse() : made()))
  const error = await rejection(page.task.get('nothing'))
  expect(error).toMatchObject({ code: 'start-failed', cause: { message: 'no broker today' } })
  expect(error.message).toContain('shared.broker')
  expect(page.workers).toHaveLength(0)
  expect(await page.task.put('again', 1)).toBe(1)
  expect(page.workers).toHaveLength(1)
})

it.each([1, 2])('gives the lock back when it ends its task, asked %s times', async (when) => {
  const name = engineName()
  const page = await paged(name, (asked, made) => {
    if (asked === when) page.runtime.dispose()
    return made()
  })
  expect(await rejection(page.task.get('nothing'))).toMatchObject({ code: 'disposed' })
  const other = await frame((window) => window.openPage(name))
  expect(await other.task.put('other', 1)).toBe(1)
  expect(page.workers).toHaveLength(0)
})
