/** Hosts that go at awkward moments: before they are ready, and while others sleep. */
import { expect, it } from 'vitest'
import { rejection } from '../fixtures/lab.ts'
import { engineName, type Frame, frame, sharedOf } from './frames.ts'

const open = (name: string, over = {}) => frame((window) => window.openPage(name, false, over))
const sleep = ({ window }: Frame) => window.dispatchEvent(new Event('pagehide'))
const wake = ({ window }: Frame) => window.dispatchEvent(new Event('pageshow'))

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
  expect(sharedOf(guest)).toMatchObject({ role: 'host', pages: 1 })
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
  const page = await open(engineName(), { setupData: 60_000 })
  const call = page.task.put('never', 1)
  // It waits for the lock of its worker.
  await expect
    .poll(async () => (await page.window.navigator.locks.query()).pending?.length)
    .toBeGreaterThan(0)
  page.workers[0]?.terminate()
  expect(await rejection(call)).toMatchObject({ name: 'WorkerStartError', code: 'start-failed' })
})
