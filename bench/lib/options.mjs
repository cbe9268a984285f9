/** The command line of the benchmarks. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ENGINE_NAMES } from '../../scripts/engines/find.mjs'

export const help = `npm run bench -- [options]

  --only A,B             workloads: A B C D E E2 pools F G start seam subscribers commit flood wire shared panel
  --contestants a,b      cases by id, e.g. raw,comlink,atelier-off (ratios need raw)
  --rounds 9             measured rounds; long workloads take fewer
  --warmups 8            rounds before them, in which the code is compiled; long workloads take fewer
  --dist                 measure the build in dist/ instead of the sources
  --engine chromium      in which browser: chromium, firefox, webkit
  --against folder       another dist/, which takes part beside this build, under the same names
  --out folder           where the results go; by default bench/results for a full run, else bench/results/partial
  --keep                 keep what that folder holds of other workloads
  --profile B            write CPU profiles and flame graphs of one workload and print its hottest functions
  --allocations          of B: print what the page allocates per call, by function
  --help`

/** @param {readonly string[]} argv */
export function parseOptions(argv) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', default: '' },
      contestants: { type: 'string', default: '' },
      rounds: { type: 'string', default: '9' },
      warmups: { type: 'string', default: '8' },
      dist: { type: 'boolean', default: false },
      engine: { type: 'string' },
      against: { type: 'string' },
      out: { type: 'string' },
      keep: { type: 'boolean', default: false },
      profile: { type: 'string' },
      allocations: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const engine = engineNamed(values.engine)
  if (engine && (values.profile !== undefined || values.allocations))
    throw new Error('--profile and --allocations are for Chromium alone')
  const only = list(values.only)
  const contestants = list(values.contestants)
  return {
    only,
    contestants,
    rounds: wholeNumber('rounds', values.rounds, 1),
    warmups: wholeNumber('warmups', values.warmups, 0),
    dist: values.dist,
    engine,
    against: values.against === undefined ? undefined : resolve(values.against),
    out:
      values.out ??
      (only.length + contestants.length === 0 && !engine ? 'bench/results' : 'bench/results/partial'),
    keep: values.keep,
    profile: values.profile,
    allocations: values.allocations,
    help: values.help,
  }
}

/** @param {string} value */
function list(value) {
  return value
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
}

/**
 * @param {string} name
 * @param {string} value
 * @param {number} least
 */
function wholeNumber(name, value, least) {
  const number = Number(value)
  if (!Number.isInteger(number) || number < least)
    throw new Error(`--${name} takes a whole number from ${least} on, got "${value}"`)
  return number
}

/** None for Chromium, which profiles as well. @param {string | undefined} name */
function engineNamed(name) {
  if (name === undefined || name === 'chromium') return undefined
  const engine = ENGINE_NAMES.find((each) => each === name)
  if (engine === undefined)
    throw new Error(`--engine takes ${['chromium', ...ENGINE_NAMES].join(', ')}, got ${name}`)
  return engine
}
