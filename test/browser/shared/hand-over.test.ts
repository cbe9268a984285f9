/** Hosts that go at awkward moments: before they are ready, and while others sleep. */
import { describe, expect, it } from 'vitest'
import { rejection } from '../fixtures/lab.ts'
import { engineName, type Frame, frame, sharedOf } from './frames.ts'

const open = (name: string, over = {}) => frame((window) => window.openPage(name, false, over))
const sleep = ({ window }: Frame) => window.dispatchEvent(new Event('pagehide'))
const wake = ({ window }: Frame) => window.dispatchEvent(new Event('pageshow'))

/** A call whose handler has started, and waits for its page. */
async function unanswered({ task, callback }: Frame) {
  let tell = () => {}
  const hasStarted = new Promise<void>((resolve) => {
    tell = resolve
  })
  const ask = () => {
    tell()
    return new Promise<number>(() => {})
  }
  const call = task.twice(callback(ask))
  await hasStarted
  return { call }
}

it('goes on with a page that waited for a setup which went with its host', async () => {
  const name = engineName()
  const host = await open(name, { setupData: 60_000 })
  void host.task.put('never', 1).catch(() => {})
  await expect.poll(() => sharedOf(host)?.role).toBe('host')
  const guest = await open(name)
  const call = guest.task.put('guest', 1)
  await expect.poll(() => sharedOf(host)?.pages).toBe(2)
  host.close()
  expect(await call).toBe(1)
  await expect.poll(() => sharedOf(guest)).toMatchObject({ role: 'host', pages: 1 })
})

it('fails no call of a host that sleeps before its worker is ready', async () => {
  const name = engineName()
  const host = await open(name, { setupData: 60_000 })
  const call = host.task.put('host', 1)
  await expect.poll(() => sharedOf(host)?.role).toBe('host')
  sleep(host)
  expect(sharedOf(host)).toMatchObject({ role: 'electing' })
  const guest = await open(name)
  expect(await guest.task.put('guest', 1)).toBe(1)
  wake(host)
  expect(await call).toBe(2)
  expect(sharedOf(host)).toMatchObject({ role: 'guest' })
})

it('finds the engine of a page that has never heard of the one before', async () => {
  const name = engineName()
  const first = await open(name)
  const sleeper = await open(name)
  expect(await first.task.put('first', 1)).toBe(1)
  expect(await sleeper.task.put('sleeper', 1)).toBe(2)
  sleep(sleeper)
  first.close()
  const next = await open(name)
  expect(await next.task.put('next', 1)).toBe(1)
  wake(sleeper)
  expect(await sleeper.task.put('again', 1)).toBe(2)
  await expect.poll(() => sharedOf(next)).toMatchObject({ role: 'host', pages: 2 })
  expect(sharedOf(sleeper)?.epoch).toBe(sharedOf(next)?.epoch)
})

it('has a worker that ends in its setup fail the start of its own page', async () => {
  const name = engineName()
  const page = await open(name, { setupData: 60_000 })
  const call = page.task.put('never', 1)
  // It waits for the lock of its worker, and not only for that of the engine.
  const ofWorkers = async () => {
    const { pending = [] } = await page.window.navigator.locks.query()
    return pending.filter((lock) => !lock.name?.startsWith(`atelier:${name}`)).length
  }
  await expect.poll(ofWorkers, { timeout: 5_000 }).toBeGreaterThan(0)
  page.workers[0]?.terminate()
  expect(await rejection(call)).toMatchObject({ name: 'WorkerStartError', code: 'start-failed' })
})

describe.each([
  [
    'frozen',
    ({ window }: Frame) => window.document.dispatchEvent(new Event('freeze')),
    ({ window }: Frame) => window.document.dispatchEvent(new Event('resume')),
  ],
  ['kept for the back button', sleep, wake],
])('a host that is %s', (_, goes, comesBack) => {
  it('hands over at once: each call settles once, and it comes back as a guest', async () => {
    const name = engineName()
    const [host, guest] = [await open(name, { maxInFlight: 2 }), await open(name, { maxInFlight: 2 })]
    expect(await host.task.put('host', 1)).toBe(1)
    expect(await guest.task.put('guest', 1)).toBe(2)
    // Both have a handler that runs: it asks its page, and is not answered.
    const [started, orphan] = [await unanswered(host), await unanswered(guest)]
    const waiting = ['one', 'two'].map((id) => host.task.put(id, 1))
    goes(host)
    expect(await rejection(orphan.call)).toMatchObject({ code: 'host-lost' })
    expect(await guest.task.put('meanwhile', 1)).toBe(1)
    expect(sharedOf(guest)).toMatchObject({ role: 'host', epoch: 2, pages: 1 })
    comesBack(host)
    expect(await rejection(started.call)).toMatchObject({ code: 'host-lost' })
    expect(await Promise.all(waiting)).toEqual([2, 3])
    expect(await guest.task.put('last', 1)).toBe(4)
    expect(sharedOf(host)).toMatchObject({ role: 'guest', epoch: 2, pages: 2 })
    expect(host.task.control.getSnapshot().counts).toMatchObject({ failed: 1, succeeded: 3 })
    expect([host.workers.length, guest.workers.length]).toEqual([1, 1])
  })

  it('hosts again where there is nobody else', async () => {
    const page = await open(engineName())
    expect(await page.task.put('first', 1)).toBe(1)
    goes(page)
    const call = page.task.put('second', 1)
    comesBack(page)
    expect(await call).toBe(1)
    expect(sharedOf(page)).toMatchObject({ role: 'host', epoch: 2, pages: 1 })
    expect(page.workers).toHaveLength(2)
  })
})

it('takes the engine from nobody when its start is late because it sleeps', async () => {
  const name = engineName()
  const [host, guest] = [await open(name, { startTimeoutMs: 1_500 }), await open(name)]
  expect(await host.task.put('host', 1)).toBe(1)
  expect(await guest.task.put('guest', 1)).toBe(2)
  sleep(guest)
  sleep(host)
  const call = host.task.put('asleep', 1)
  wake(guest)
  expect(await guest.task.put('again', 1)).toBe(1)
  await rejection(call)
  // What the page asks of the lock manager is done in turn: a lock that it took would be gone by now.
  await host.window.navigator.locks.query()
  const { held = [] } = await guest.window.navigator.locks.query()
  expect(held.map((lock) => lock.name)).toContain(`atelier:${name}:`)
  expect(await guest.task.get('again')).toBe(1)
})
