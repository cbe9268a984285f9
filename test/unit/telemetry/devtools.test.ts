import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueueFullError } from '../../../src/errors/errors.ts'
import { Driver, measures } from './support.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  performance.clearMeasures()
})

const brands = (version: string) => ({
  userAgentData: {
    brands: [
      { brand: 'Not;A=Brand', version: '8' },
      { brand: 'Chromium', version },
    ],
  },
})
const chrome = (version: string) => ({
  userAgent: `Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
})
const SAFARI = {
  userAgent: 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
}

describe('where the console draws tracks', () => {
  let drawn: unknown[][]

  beforeEach(() => {
    vi.stubGlobal('navigator', brands('140'))
    drawn = []
    vi.stubGlobal('console', { ...console, timeStamp: (...entry: unknown[]) => void drawn.push(entry) })
  })

  it('a call is drawn on the queue’s track, its worker’s, and its trace’s', () => {
    const driver = new Driver({ performance: {} })
    const doc = driver.telemetry.createTrace('doc')
    const call = driver.enqueue({ options: { trace: doc } })
    driver.clock.advance(2)
    driver.dispatch(call, 2)
    driver.clock.advance(8)
    driver.settle(call)
    doc.end({ status: 'ok' })
    const docTrack = `doc ${doc.traceId.slice(0, 8)}`
    expect(drawn).toEqual([
      ['Resize.process', 1_000, 1_002, 'queue', 'Atelier', 'tertiary-light'],
      ['Resize.process', 1_002, 1_010, 'Resize #2', 'Atelier', 'primary'],
      ['Resize.process', 1_000, 1_010, docTrack, 'Atelier', 'primary'],
      ['doc', 1_000, 1_010, docTrack, 'Atelier', 'primary'],
    ])
    expect(measures().every(({ detail }) => detail.devtools === undefined)).toBe(true)
  })

  it('the colour tells how it ended; what never ran is drawn on the queue’s track', () => {
    const driver = new Driver({ performance: {}, name: 'editor' })
    driver.run({}, { outcome: 'failure', error: new Error('x') })
    driver.run({}, { outcome: 'canceled' })
    driver.settle(driver.enqueue(), {
      outcome: 'rejected',
      error: new QueueFullError('x', { code: 'queue-full' }),
    })
    expect(drawn.map(([, , , track, group, color]) => [track, group, color])).toEqual([
      ['queue', 'Atelier (editor)', 'tertiary-light'],
      ['Resize #0', 'Atelier (editor)', 'error'],
      ['queue', 'Atelier (editor)', 'tertiary-light'],
      ['Resize #0', 'Atelier (editor)', 'secondary-light'],
      ['queue', 'Atelier (editor)', 'error'],
    ])
  })

  it('worker spans are drawn on their worker’s track', () => {
    const driver = new Driver({ performance: {} })
    const call = driver.enqueue()
    driver.dispatch(call)
    driver.clock.advance(8)
    call.workerSpans = [['a'.repeat(16), '', 'decode', 1_002, 1_005, undefined, undefined]]
    driver.settle(call)
    expect(drawn).toContainEqual(['decode', 1_002, 1_005, 'Resize #0', 'Atelier', 'primary-light'])
  })

  it('nothing is drawn with devtools: false, unsampled, or with performance off', () => {
    new Driver({ performance: { devtools: false } }).run()
    new Driver({ performance: {}, sampleRate: 0 }).run()
    new Driver({ otel: {} }).run()
    expect(drawn).toEqual([])
  })

  it('the version is read from the user agent where there are no brands', () => {
    vi.stubGlobal('navigator', chrome('134'))
    new Driver({ performance: {} }).run()
    expect(drawn).toHaveLength(2)
  })
})

describe('where the console draws none', () => {
  it.each([
    ['an older Chromium', brands('133')],
    ['an older Chromium without brands', chrome('120')],
    ['another engine', SAFARI],
    ['no navigator', undefined],
  ])('%s: the measure carries the track instead, and the console is left alone', (_name, navigator) => {
    vi.stubGlobal('navigator', navigator)
    const timeStamp = vi.fn<() => void>()
    vi.stubGlobal('console', { ...console, timeStamp })
    const driver = new Driver({ performance: {} })
    const doc = driver.telemetry.createTrace('doc')
    driver.run({ options: { trace: doc } }, { outcome: 'failure', error: new Error('x') })
    driver.settle(driver.enqueue(), {
      outcome: 'rejected',
      error: new QueueFullError('x', { code: 'queue-full' }),
    })
    doc.end({ status: 'canceled' })
    expect(timeStamp).not.toHaveBeenCalled()
    const entry = { dataType: 'track-entry', trackGroup: 'Atelier' }
    expect(measures().map(({ detail }) => detail.devtools)).toEqual([
      { ...entry, track: 'Resize #0', color: 'error', tooltipText: 'Resize.process' },
      { ...entry, track: `doc ${doc.traceId.slice(0, 8)}`, color: 'secondary-light', tooltipText: 'doc' },
      { ...entry, track: 'queue', color: 'error', tooltipText: 'Resize.process' },
    ])
  })

  it('no track with devtools: false', () => {
    vi.stubGlobal('navigator', SAFARI)
    new Driver({ performance: { devtools: false } }).run()
    expect(measures()[0]?.detail).not.toHaveProperty('devtools')
  })
})
