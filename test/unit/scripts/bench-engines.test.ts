/** The benchmarks in Firefox and WebKit: the option that names the engine, and what the results call it. */
import { expect, it } from 'vitest'
import { versionOf } from '../../../bench/lib/engine-browser.mjs'
import { parseOptions } from '../../../bench/lib/options.mjs'

it('take one of the engines that there are', () => {
  expect(parseOptions(['--engine', 'webkit'])).toMatchObject({
    engine: 'webkit',
    out: 'bench/results/partial',
  })
  expect(parseOptions([])).toMatchObject({ engine: undefined, out: 'bench/results' })
  expect(() => parseOptions(['--engine', 'opera'])).toThrow('--engine takes firefox or webkit, got opera')
})

it('refuse what Chromium alone can do', () => {
  expect(() => parseOptions(['--engine', 'firefox', '--profile', 'B'])).toThrow('for Chromium alone')
  expect(() => parseOptions(['--engine', 'firefox', '--allocations'])).toThrow('for Chromium alone')
})

it('name the engine by its user agent', () => {
  expect(versionOf('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0')).toBe(
    'Firefox 153.0',
  )
  expect(
    versionOf(
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    ),
  ).toBe('WebKit 26.0')
})
