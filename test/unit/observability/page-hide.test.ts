import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Driver, resetOtel, Sdk } from './support.ts'

/** A page as far as the guard needs one, with the listeners it has. */
class Page extends EventTarget {
  readonly document = { visibilityState: 'visible' }
  readonly listening = new Set<string>()

  override addEventListener(...[type, listener, options]: Parameters<EventTarget['addEventListener']>): void {
    this.listening.add(type)
    super.addEventListener(type, listener, options)
  }

  override removeEventListener(
    ...[type, listener, options]: Parameters<EventTarget['removeEventListener']>
  ): void {
    this.listening.delete(type)
    super.removeEventListener(type, listener, options)
  }
}

let page: Page
let sdk: Sdk

beforeEach(() => {
  page = new Page()
  vi.stubGlobal('document', page.document)
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  sdk = new Sdk().register()
})

afterEach(() => {
  vi.unstubAllGlobals()
  resetOtel()
})

/** Settled, and told to the seam, but the turn has not ended. */
function deferred(driver: Driver): void {
  const call = driver.enqueue()
  call.outcome = 'success'
  call.settledAt = driver.clock.now()
  driver.telemetry.active?.callSettled(call, 'success')
}

it('a cold runtime listens to nothing, nor does one that has written all', () => {
  const driver = new Driver({ otel: {} })
  driver.telemetry.createTrace('doc').end()
  expect(page.listening.size).toBe(0)
  driver.run()
  expect(page.listening.size).toBe(0)
})

it.each(['pagehide', 'visibilitychange'])('%s writes what is deferred', (type) => {
  const driver = new Driver({ otel: {} })
  deferred(driver)
  expect(sdk.calls).toEqual([])
  page.document.visibilityState = 'hidden'
  page.dispatchEvent(new Event(type))
  expect(sdk.calls).toHaveLength(1)
  expect(page.listening.size).toBe(0)
})

it('a page that becomes visible writes nothing early', () => {
  deferred(new Driver({ otel: {} }))
  page.dispatchEvent(new Event('visibilitychange'))
  expect(sdk.calls).toEqual([])
})

it('the dispatch of a call that still runs is counted before the page goes', async () => {
  const driver = new Driver({ otel: {} })
  driver.dispatch(driver.enqueue())
  expect([...page.listening].sort()).toEqual(['pagehide', 'visibilitychange'])
  page.dispatchEvent(new Event('pagehide'))
  expect(page.listening.size).toBe(0)
  expect(await sdk.total('task.dispatch.total')).toBe(1)
})

it.each([
  ['runtime.flush()', (driver: Driver) => driver.telemetry.flush()],
  ['dispose', (driver: Driver) => driver.telemetry.dispose()],
  ['the end of a trace', (driver: Driver) => driver.telemetry.createTrace('doc').end()],
])('%s writes what is deferred, too', (_name, act) => {
  const driver = new Driver({ otel: {} })
  deferred(driver)
  act(driver)
  expect(sdk.calls).toHaveLength(1)
})
