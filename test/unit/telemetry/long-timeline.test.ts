/** A timeline that others have filled: each measure and each clearing takes as long as it does there. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SpanEvent } from '../../../src/types/telemetry.ts'
import { Driver, ManualClock, resetOtel } from './support.ts'

/** A timeline on which time passes. */
class SlowTimeline {
  readonly clock = new ManualClock()
  readonly entries = new Set<string>()
  /** All that were ever written, in order, as an observer gets them. */
  readonly observed: string[] = []
  /** What writing and clearing have taken, in ms. */
  spent = 0
  measureMs = 0
  clearMs = 0
  /** What a patched timeline does besides. */
  onClear = () => {}

  install(): this {
    vi.spyOn(performance, 'measure').mockImplementation((name) => {
      this.pass(this.measureMs)
      this.entries.add(name)
      this.observed.push(name)
      return undefined as never
    })
    vi.spyOn(performance, 'clearMeasures').mockImplementation((name) => {
      this.pass(this.clearMs)
      this.entries.delete(String(name))
      this.onClear()
    })
    return this
  }

  private pass(ms: number): void {
    this.clock.time += ms
    this.spent += ms
  }
}

let timeline: SlowTimeline
beforeEach(() => {
  timeline = new SlowTimeline().install()
})
afterEach(() => {
  vi.restoreAllMocks()
  resetOtel()
})

const driverOn = (retain?: number) => {
  const driver = new Driver({ performance: { devtools: false, keepMeasures: retain } }, timeline.clock)
  driver.listen()
  return driver
}
/** So many calls that no timer comes between. */
function flood(driver: Driver, calls: number): void {
  for (let index = 0; index < calls; index++) driver.settle(driver.enqueue())
}
const namesIn = (driver: Driver) =>
  driver.events
    .filter((event): event is SpanEvent => event.kind === 'span')
    .map(({ spanId }) => `atelier:span:${spanId}`)
/** Lets the page be idle. */
function idle(driver: Driver, seconds: number): void {
  for (let step = 0; step < seconds * 100; step++) driver.clock.advance(10)
}

describe('slow clearing', () => {
  beforeEach(() => {
    timeline.clearMs = 1
  })

  it('a flood pays for little of it, each call has its measure at once, and the rest follows', () => {
    const driver = driverOn()
    flood(driver, 2_000)
    expect(timeline.spent).toBeLessThanOrEqual(20)
    expect(timeline.observed).toEqual(namesIn(driver))
    idle(driver, 10)
    expect(timeline.entries.size).toBe(1_000)
    expect([...timeline.entries]).toEqual(namesIn(driver).slice(-1_000))
    expect(driver.clock.pendingTimers).toBe(0)
  })

  it('a fifth of the time is the most that it takes while calls go on', () => {
    const driver = driverOn(0)
    const began = timeline.clock.time
    for (let index = 0; index < 5_000; index++) driver.run()
    expect(timeline.spent / (timeline.clock.time - began)).toBeLessThan(0.21)
  })

  it('the number of entries has an end all the same', () => {
    const driver = driverOn(100)
    flood(driver, 60_000)
    expect(timeline.entries.size).toBeLessThanOrEqual(100 + 20_001)
  })
})

describe('slow measures', () => {
  beforeEach(() => {
    timeline.measureMs = 2
  })

  it('calls wait for a few measures and no more, and each is written in the end, once and in order', () => {
    const driver = driverOn()
    flood(driver, 1_000)
    expect(timeline.spent).toBeLessThanOrEqual(40)
    idle(driver, 20)
    expect(timeline.observed).toEqual(namesIn(driver))
    expect(driver.clock.pendingTimers).toBe(0)
  })

  it('are at once again when the timeline has become short', () => {
    const driver = driverOn()
    flood(driver, 100)
    timeline.measureMs = 0
    idle(driver, 2)
    expect(timeline.observed).toEqual(namesIn(driver))
    flood(driver, 1)
    expect(timeline.observed).toEqual(namesIn(driver))
  })

  it('one slow measure, of a collection of garbage, changes nothing', () => {
    timeline.measureMs = 0
    const driver = driverOn()
    for (let round = 0; round < 100; round++) {
      timeline.measureMs = round % 8 === 0 ? 5 : 0
      flood(driver, 1)
      expect(timeline.observed).toEqual(namesIn(driver))
    }
  })

  it('what waits is bounded: the oldest are left out, and development is warned once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const driver = driverOn()
    flood(driver, 30_000)
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toMatch(/timeline is so long/)
    idle(driver, 200)
    const all = namesIn(driver)
    expect(timeline.observed.length).toBeLessThan(10_100)
    expect(timeline.observed.at(-1)).toBe(all.at(-1))
  })

  it('clearMeasures also means those that are still to be written: observers get them, and nothing stays', () => {
    const driver = driverOn()
    flood(driver, 200)
    driver.telemetry.clearMeasures()
    expect(timeline.entries.size).toBe(0)
    idle(driver, 10)
    expect(timeline.observed).toEqual(namesIn(driver))
    expect(timeline.entries.size).toBe(0)
    flood(driver, 1)
    idle(driver, 1)
    expect(timeline.entries.size).toBe(1)
  })
})

describe('the end of a runtime', () => {
  it('leaves nothing in the timeline, and no timer', () => {
    const driver = driverOn()
    flood(driver, 500)
    driver.telemetry.dispose()
    expect(timeline.observed).toHaveLength(500)
    expect(timeline.entries.size).toBe(0)
    expect(driver.clock.pendingTimers).toBe(0)
  })

  it('takes back what comes late, after observers have had it', () => {
    const driver = driverOn()
    driver.telemetry.dispose()
    driver.telemetry.createTrace('late').end()
    expect(timeline.observed).toHaveLength(1)
    idle(driver, 1)
    expect(timeline.entries.size).toBe(0)
  })

  it('does so step by step where that takes long', () => {
    const driver = driverOn()
    flood(driver, 1_000)
    timeline.clearMs = 1
    timeline.spent = 0
    driver.telemetry.dispose()
    expect(timeline.spent).toBeLessThanOrEqual(60)
    idle(driver, 5)
    expect(timeline.entries.size).toBe(0)
    expect(driver.clock.pendingTimers).toBe(0)
  })

  it('leaves to the application what is the application’s to clear, and clears it when asked', () => {
    const driver = driverOn(Number.POSITIVE_INFINITY)
    flood(driver, 50)
    driver.telemetry.dispose()
    expect(timeline.entries.size).toBe(50)
    driver.telemetry.clearMeasures()
    expect(timeline.entries.size).toBe(0)
  })
})

it('a timeline that calls back in loses nothing', () => {
  const driver = driverOn(10)
  let left = 20
  timeline.onClear = () => {
    if (left-- > 0) driver.telemetry.clearMeasures()
  }
  flood(driver, 1_000)
  driver.telemetry.clearMeasures()
  expect(timeline.entries.size).toBe(0)
  flood(driver, 600)
  expect(timeline.observed).toEqual(namesIn(driver))
  driver.telemetry.dispose()
  expect(timeline.entries.size).toBe(0)
})
