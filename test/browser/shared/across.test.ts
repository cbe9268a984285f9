/** What calls can do, done across pages: turns, codecs, sessions, checkpoints, progress, spans, retries; and brokers that are not there. */
import type { SpanEvent } from 'atelier-react/core'
import { expect, it, onTestFinished, vi } from 'vitest'
import { rejection } from '../fixtures/lab.ts'
import { engineName, frame, sharedOf } from './frames.ts'

/** Two pages; the first one hosts. */
async function two(hasBroker = true, over = {}, name = engineName()) {
  const host = await frame((window) => window.openPage(name, hasBroker, over))
  expect(await host.task.put('host', 1)).toBe(1)
  const guest = await frame((window) => window.openPage(name, hasBroker, over))
  expect(await guest.task.put('guest', 1)).toBe(2)
  return { host, guest, name }
}

it('pages take turns, and the calls of each stay in order', async () => {
  const { host, guest } = await two()
  const one = Array.from({ length: 40 }, (_, index) => guest.task.inTurn(`guest ${index}`))
  // They come to a queue that is full of another page's.
  await one[0]
  const other = Array.from({ length: 10 }, (_, index) => host.task.inTurn(`host ${index}`))
  await Promise.all([...one, ...other])
  const order = await host.task.order()
  const numbers = (page: string) =>
    order.filter((each) => each.startsWith(page)).map((each) => Number(each.split(' ')[1]))
  expect(numbers('guest')).toEqual(Array.from({ length: 40 }, (_, index) => index))
  expect(numbers('host')).toEqual(Array.from({ length: 10 }, (_, index) => index))
  // While both have calls they alternate, but where the next one was still on its way.
  const mixed = order.slice(order.indexOf('host 0'), order.indexOf('host 9') + 1)
  expect(mixed.filter((each) => each.startsWith('guest')).length).toBeLessThanOrEqual(15)
})

it.each([true, false])(
  'carries classes, progress, sessions and what is aborted (broker: %s)',
  async (hasBroker) => {
    const { guest } = await two(hasBroker)
    // Each frame has classes of its realm.
    expect(await guest.task.double(new guest.Money(2))).toBeInstanceOf(guest.Money)
    const heard: unknown[] = []
    expect(
      await guest.task.with({ onProgress: (value) => heard.push(value), progressEvery: true }).report(3),
    ).toBe(3)
    expect(heard).toEqual([1, 2, 3])
    const session = guest.task.control.session()
    expect(await session.put('session', 1)).toBe(3)
    session.control.release()
    const controller = new AbortController()
    const call = guest.task.with({ signal: controller.signal }).hang('aborted')
    await expect.poll(() => guest.task.control.getSnapshot().queue.inFlight).toBe(1)
    controller.abort()
    expect(await rejection(call)).toMatchObject({ code: 'aborted' })
    expect(await guest.task.aborted()).toBe(1)
  },
)

it('runs one checkpoint at a time, whichever pages ask', async () => {
  const { host, guest } = await two()
  await Promise.all([host.task.control.checkpoint(), guest.task.control.checkpoint()])
  expect(await host.task.savedAtOnce()).toBe(1)
})

it('tells in spans who shares the task, whose worker it was, and when, on the clock of the page that called', async () => {
  const { host, guest } = await two()
  for (const [page, of] of [
    [host, 'self'],
    [guest, 'other'],
  ] as const) {
    const spans: SpanEvent[] = []
    page.runtime.subscribeEvents((event) => {
      if (event.kind === 'span' && event.method === 'report') spans.push(event)
    })
    const { performance } = page.window as Window & typeof globalThis
    const before = performance.now()
    await page.task.report(2)
    await expect.poll(() => spans.length).toBeGreaterThan(2)
    const call = spans.find(({ name }) => name === 'atelier.task')
    expect(call?.attributes).toMatchObject({ 'atelier.task.shared': 'origin', 'atelier.worker.host': of })
    for (const { startTime, endTime } of spans) {
      expect(startTime).toBeGreaterThanOrEqual(before - 1)
      expect(endTime).toBeLessThanOrEqual(performance.now() + 1)
    }
    expect(call?.runStartTime).toBeGreaterThanOrEqual((call?.startTime ?? 0) - 1)
  }
})

it('runs what had started again where retry says so, on the next host', async () => {
  const { host, guest } = await two()
  const call = guest.task.with({ retry: { crash: 1 } }).hang('again')
  // It has started.
  await expect.poll(() => guest.task.control.getSnapshot().counts.dispatched).toBe(2)
  host.close()
  await expect.poll(() => guest.task.control.getSnapshot().counts.dispatched).toBe(3)
  expect(sharedOf(guest)?.role).toBe('host')
  guest.runtime.abort({ task: guest.task })
  void call.catch(() => {})
  expect(guest.task.control.getSnapshot().counts).toMatchObject({ requeued: 1, failed: 0 })
})

it('gives each version its engine, and tells development of it', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const name = engineName()
  const of = (version: string) =>
    frame((window) => {
      window.console.warn = console.warn
      return window.openPage(name, false, { shared: { by: 'origin', name, version } })
    })
  const [one, other] = [await of('1'), await of('2')]
  expect(await one.task.put('one', 1)).toBe(1)
  expect(await other.task.put('other', 1)).toBe(1)
  expect([sharedOf(one)?.role, sharedOf(other)?.role]).toEqual(['host', 'host'])
  await expect
    .poll(() => warn.mock.calls.flat().join())
    .toContain(`Pages of two versions of the shared task "${name}"`)
  expect(warn.mock.calls.flat().join()).toContain('shared.version "2", another has "1"')
})

it.each([
  ['is not found', '/no/such/broker.js', 'did not load'],
  ['is something else', URL.createObjectURL(new Blob(['0'])), 'did not answer within a second'],
])('a broker whose script %s costs the port, and no call', async (_, url, said) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const name = engineName()
  const open = () =>
    frame((window) => {
      window.console.warn = console.warn
      const broker = () => new window.SharedWorker(url)
      return window.openPage(name, false, { shared: { by: 'origin', name, broker } })
    })
  const [host, guest] = [await open(), await open()]
  expect(await host.task.put('host', 1)).toBe(1)
  expect(await guest.task.put('guest', 1)).toBe(2)
  expect(sharedOf(guest)).toMatchObject({ role: 'guest', transport: 'broadcast' })
  expect(warn.mock.calls.flat().join()).toContain(`The broker of the shared task "${name}" ${said}`)
})

it('finds its pages again when its broker has gone with the page that made it', async () => {
  const name = engineName()
  let made = ''
  // A process that ends takes the SharedWorker with it, and the next page makes another: here, one of another name.
  const open = () =>
    frame((window) => {
      const broker = () => window.makeBroker(`${name}${made}`)
      return window.openPage(name, false, { shared: { by: 'origin', name, broker } })
    })
  const [host, guest] = [await open(), await open()]
  expect(await host.task.put('host', 1)).toBe(1)
  expect(await guest.task.put('guest', 1)).toBe(2)
  expect(sharedOf(guest)).toMatchObject({ transport: 'port' })
  made = ' again'
  const late = await open()
  expect(await late.task.put('late', 1)).toBe(3)
  const later = await open()
  expect(await later.task.put('later', 1)).toBe(4)
  expect(sharedOf(later)).toMatchObject({ role: 'guest', transport: 'port', pages: 4 })
})

it('takes the engine from a host that gives no sign of life, and hears of nothing that it says later', async () => {
  const { host, guest } = await two(true, { heartbeatMs: 400 })
  const silent = guest.task.silent()
  const waiting = guest.task.put('waiting', 1)
  expect(await rejection(silent)).toMatchObject({ name: 'WorkerCrashedError' })
  expect(await waiting).toBeGreaterThan(0)
  expect(guest.task.control.getSnapshot().counts).toMatchObject({ failed: 1 })
  expect(await host.task.put('host', 1)).toBeGreaterThan(0)
  expect([sharedOf(host), sharedOf(guest)].map((shared) => shared?.role).sort()).toEqual(['guest', 'host'])
  expect(sharedOf(host)?.epoch).toBe(sharedOf(guest)?.epoch)
})

it('counts every reply of a burst, and misses no sign of life when nothing is open', async () => {
  const name = engineName()
  const host = await frame((window) => window.openPage(name))
  await host.task.put('host', 1)
  const guest = await frame((window) =>
    window.openPage(name, false, { heartbeatMs: 1_000, maxQueueDepth: 1_000 }),
  )
  await Promise.all(Array.from({ length: 600 }, () => guest.task.get('host')))
  // Twice as long, while the engine works for the other page alone.
  await host.task.quietly(2_000)
  expect(sharedOf(guest)).toMatchObject({ role: 'guest', epoch: 1 })
})

it('leaves the engine to the others when a page lacks a codec', async () => {
  const { host, guest, name } = await two()
  const page = await frame((window) => window.openPage(name, true, { codecs: [] }))
  const error = await rejection(page.task.get('guest'))
  expect(error).toMatchObject({ name: 'WorkerStartError' })
  expect(error.message).toContain('"money"')
  // What the page asks of the lock manager is done in turn: a lock that it took would be gone by now.
  await page.window.navigator.locks.query()
  const { held = [] } = await host.window.navigator.locks.query()
  expect(held.map((lock) => lock.name)).toContain(`atelier:${name}:`)
  expect(await guest.task.get('host')).toBe(1)
  expect(sharedOf(guest)).toMatchObject({ role: 'guest', epoch: 1 })
})
