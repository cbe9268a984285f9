/** The benchmarks in Firefox and WebKit: the option that names the engine, and what the results call it. */
import { expect, it } from 'vitest'
import { parseOptions } from '../../../bench/lib/options.mjs'
import { versionOf } from '../../../scripts/engines/page.mjs'

it('take one of the engines that there are', () => {
  expect(parseOptions(['--engine', 'webkit'])).toMatchObject({
    engine: 'webkit',
    out: 'bench/results/partial',
  })
  expect(parseOptions(['--engine', 'chromium'])).toMatchObject({ engine: undefined, out: 'bench/results' })
  expect(parseOptions([])).toMatchObject({ engine: undefined, out: 'bench/results' })
  expect(() => parseOptions(['--engine', 'opera'])).toThrow(
    '--engine takes chromium, firefox, webkit, got opera',
  )
})

it('refuse what Chromium alone can do', () => {
  expect(() => parseOptions(['--engine', 'firefox', '--profile', 'B'])).toThrow('for Chromium alone')
  expect(() => parseOptions(['--engine', 'firefox', '--allocations'])).toThrow('for Chromium alone')
})

it('name the engine as its driver does: its user agent may name another one', () => {
  expect(versionOf('WebKit', { sessionId: '1', capabilities: { browserVersion: '2.50.6' } })).toBe(
    'WebKit 2.50.6',
  )
  expect(versionOf('Firefox', null)).toBe('Firefox (version not told)')
})
