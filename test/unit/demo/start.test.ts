/** The command line of `npm start`, its table, and what it counts as a failure. */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { commandFor } from '../../../scripts/demo/open-browser.mjs'
import { parseOptions } from '../../../scripts/demo/options.mjs'
import { freePort } from '../../../scripts/demo/port.mjs'
import { report, verdict } from '../../../scripts/demo/report.mjs'
import type { DemoSummary } from '../../../stories/documents/demo-summary.ts'

const good: DemoSummary = {
  documents: {
    all: 233,
    done: 233,
    failed: 0,
    canceled: 0,
    open: 0,
    settled: 233,
    waiting: 0,
    parsing: 0,
    analyzing: 0,
    indexing: 0,
  },
  spans: 700,
  failures: 0,
  supersededSearches: 0,
  wallMs: 3210,
  tasks: [{ taskName: 'parse', spans: 233, failures: 0, p50: 812.4, p95: 1500, runP50: 3.14, runP95: 9.2 }],
  workers: [{ taskName: 'parse', index: 1, calls: 120, busyShare: 0.256 }],
  longestTaskMs: undefined,
  longTaskThresholdMs: 50,
  failed: [],
}

describe('parseOptions', () => {
  it('opens the demo by default', () => {
    expect(parseOptions([])).toEqual({
      headless: false,
      open: true,
      help: false,
      screenshot: 'test-results/demo.png',
      timeoutSeconds: 180,
    })
  })

  it('takes what the usage names', () => {
    expect(
      parseOptions(['--headless', '--screenshot', 'a.png', '--timeout', '5', '--port', '7000', '--no-open']),
    ).toMatchObject({ headless: true, screenshot: 'a.png', timeoutSeconds: 5, port: 7000, open: false })
  })

  it.each([
    [['--headles'], /Unknown option '--headles'/],
    [['--timeout', 'soon'], '--timeout must be a number of seconds, not "soon".'],
    [['--port', '70000'], '--port must be a number from 1 to 65535, not "70000".'],
  ])('says what is wrong with %j', (args, error) => {
    expect(parseOptions(args)).toEqual({ error: expect.stringMatching(error) })
  })
})

describe('report', () => {
  it('is a table of documents, tasks and workers', () => {
    expect(report(good).split('\n')).toEqual([
      'documents   indexed   failed   canceled   spans   failures     wall   longest main-thread task',
      '---------   -------   ------   --------   -----   --------   ------   ------------------------',
      '233             233        0          0     700          0   3.21 s                    < 50 ms',
      '',
      'task    spans   failures      p50      p95   run p50   run p95',
      '-----   -----   --------   ------   ------   -------   -------',
      'parse     233          0   812 ms   1.50 s    3.1 ms    9.2 ms',
      '',
      'worker     calls   busy',
      '--------   -----   ----',
      'parse #1     120   26 %',
    ])
  })
})

describe('verdict', () => {
  it('finds nothing wrong when every document was indexed', () => {
    expect(verdict(good)).toEqual([])
  })

  it('names the documents that failed, those that were not indexed, and failed calls', () => {
    const documents = { ...good.documents, done: 230, failed: 1, canceled: 2 }
    const failed = [{ title: 'notes.txt', reason: 'The file is empty.' }]
    expect(verdict({ ...good, documents, failures: 1, failed })).toEqual([
      'notes.txt: The file is empty.',
      '2 documents were not indexed.',
      '1 of 700 calls failed.',
    ])
  })

  it('does not take a page without documents for a success', () => {
    expect(verdict({ ...good, documents: { ...good.documents, all: 0, done: 0 } })).toEqual([
      'There was no document to index.',
    ])
  })
})

describe('commandFor', () => {
  it('opens a browser only where there is a screen', () => {
    expect(commandFor('linux', {})).toBeUndefined()
    expect(commandFor('linux', { DISPLAY: ':0' })).toEqual(['xdg-open'])
    expect(commandFor('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open'])
    expect(commandFor('darwin', {})).toEqual(['open'])
    expect(commandFor('darwin', { CI: 'true' })).toBeUndefined()
  })
})

describe('freePort', () => {
  it('passes over a port that is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const taken = (server.address() as AddressInfo).port
    expect(await freePort(taken)).toBeGreaterThan(taken)
    await new Promise((resolve) => server.close(resolve))
  })
})
