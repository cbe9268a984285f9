import { describe, expect, it } from 'vitest'
import { rejection } from '../fixtures/lab.ts'
import { engineName, frame, sharedOf } from './frames.ts'

const pages = async (count: number, hasBroker = false, over = {}) => {
  const name = engineName()
  const all = []
  for (let index = 0; index < count; index++) {
    const page = await frame((window) => window.openPage(name, hasBroker, over))
    expect(await page.task.put(`page ${index}`, index)).toBe(index + 1)
    all.push(page)
  }
  return all
}

describe.each([
  ['a port', true],
  ['BroadcastChannel', false],
])('pages that share an engine over %s', (_, hasBroker) => {
  const transport = hasBroker ? 'port' : 'broadcast'

  it('have one worker, which all of them call', async () => {
    const [host, guest, third] = await pages(3, hasBroker)
    if (!host || !guest || !third) throw new Error('no pages')
    expect(await guest.task.get('page 0')).toBe(0)
    expect(await host.task.get('page 2')).toBe(2)
    await expect.poll(() => sharedOf(guest)).toEqual({ role: 'guest', transport, pages: 3, epoch: 1 })
    expect(sharedOf(host)).toEqual({ role: 'host', transport, pages: 3, epoch: 1 })
    expect([host, guest, third].map(({ workers }) => workers.length)).toEqual([1, 0, 0])

    expect(await rejection(guest.task.fail())).toMatchObject({ name: 'RangeError', message: 'as asked' })
    const items = []
    for await (const item of guest.task.upTo(100)) items.push(item)
    expect(items).toHaveLength(100)
    expect(await guest.task.twice(guest.callback((value: number) => value * 2))).toBe(4)
    const buffer = new ArrayBuffer(64)
    expect(await guest.task.with({ transfer: [buffer] }).size(buffer)).toBe(64)
    expect(buffer.byteLength).toBe(hasBroker ? 0 : 64)

    const heard: unknown[] = []
    guest.task.control.on('put' as never, (key) => heard.push(key))
    await host.task.put('last', 1)
    await expect.poll(() => heard).toEqual(['last'])
  })

  it('lose what had started with their host, and nothing else', async () => {
    const [host, guest, third] = await pages(3, hasBroker)
    if (!host || !guest || !third) throw new Error('no pages')
    const started = guest.task.hang('started')
    await expect.poll(() => guest.task.control.getSnapshot().counts.dispatched).toBe(2)
    const waiting = [1, 2, 3].map((value) => guest.task.slowly(value))
    const others = [4, 5, 6].map((value) => third.task.slowly(value))
    host.close()
    expect(await rejection(started)).toMatchObject({ name: 'WorkerCrashedError', code: 'host-lost' })
    expect(await Promise.all([...waiting, ...others])).toEqual([1, 2, 3, 4, 5, 6])
    expect(await guest.task.runs('started')).toBe(0)
    await expect
      .poll(() => [guest, third].map((page) => sharedOf(page)?.role).sort())
      .toEqual(['guest', 'host'])
    expect(sharedOf(guest)).toMatchObject({ epoch: 2, pages: 2, transport })
    expect(guest.task.control.getSnapshot()).toMatchObject({ status: 'active', counts: { failed: 1 } })
  })

  it('abort for a guest that has gone, and go on with the others', async () => {
    const [host, guest] = await pages(2, hasBroker)
    if (!host || !guest) throw new Error('no pages')
    void guest.task.hang('orphan')
    const next = guest.task.hang('never')
    void next.catch(() => {})
    await expect.poll(() => guest.task.control.getSnapshot().counts.dispatched).toBe(2)
    const call = host.task.slowly(7)
    guest.close()
    expect(await call).toBe(7)
    expect(await host.task.aborted()).toBe(1)
    expect(await host.task.runs('never')).toBe(0)
    await expect.poll(() => sharedOf(host)?.pages).toBe(1)
  })
})

it('takes over from a page that sleeps, and from an engine that gives no sign of life', async () => {
  const [host, guest] = await pages(2, false, { heartbeatMs: 400 })
  if (!host || !guest) throw new Error('no pages')
  host.window.dispatchEvent(new Event('pagehide'))
  await expect.poll(() => sharedOf(guest)?.role).toBe('host')
  host.window.dispatchEvent(new Event('pageshow'))
  expect(await host.task.put('again', 1)).toBe(1)
  expect(sharedOf(host)).toMatchObject({ role: 'guest', epoch: 2 })

  const silent = guest.task.hang('silent')
  expect(await rejection(silent)).toMatchObject({ name: 'WorkerCrashedError' })
  expect(await host.task.put('after', 1)).toBeGreaterThan(0)
})

it('goes on to host for other pages when its own task has stopped', async () => {
  const [host, guest] = await pages(2)
  if (!host || !guest) throw new Error('no pages')
  host.runtime.dispose()
  expect(await guest.task.get('page 0')).toBe(0)
  await expect.poll(() => sharedOf(guest)).toMatchObject({ role: 'guest', pages: 1, epoch: 1 })
})

it('serves a SharedWorker as it is', async () => {
  const name = engineName()
  const one = await frame((window) => window.openSharedWorker(name))
  const other = await frame((window) => window.openSharedWorker(name))
  await one.task.put('from one', 1)
  expect(await other.task.get('from one')).toBe(1)
  expect(other.task.control.getSnapshot()).not.toHaveProperty('shared')
  one.close()
  expect(await other.task.get('from one')).toBe(1)
})

it('says what is missing where pages cannot elect', async () => {
  const name = engineName()
  const page = await frame((window) => {
    Object.defineProperty(window.navigator, 'locks', { value: undefined })
    return window.openPage(name)
  })
  expect(await rejection(page.task.get('nothing'))).toMatchObject({
    name: 'WorkerStartError',
    code: 'shared-unavailable',
    message: expect.stringContaining('navigator.locks'),
  })
})
