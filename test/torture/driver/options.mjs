/** The command line of the torture suite. */
import { parseArgs } from 'node:util'

export const help = `npm run torture -- [options]

  --minutes N      how long, over all seeds and the programs that have failed once (2)
  --seed N         programs come from this seed (a new one each run)
  --seeds N        so many seeds, one after another: seed, seed + 1, ... (1)
  --profile NAME   only programs of this kind, see test/torture/program/profiles.ts
  --known          only the programs that have failed once, which each run begins with
  --new            none of those
  --replay FILE    runs the program in FILE (JSON), or the nth one of the seed: --replay 123 runs program seed 123
  --times N        runs a replayed program so often (3)
  --heap N         calls of the memory measurement at the end (120000); 0: none
  --skip A,B       laws that are not looked at
  --keep-going     goes on after a failure, and lists the smallest program of each kind at the end
  --no-shrink      prints a failing program as it is
  --tabs N         instead of programs: N rounds in which several pages share a worker, and close, crash, freeze, stop and leave;
                   with --replay, the round of that seed, --times often
  --engine NAME    firefox or webkit instead of Chromium; without freezing, and without the memory measurement
  --dist           the built package instead of the sources`

/** @type {readonly import('./browsers.mjs').BrowserName[]} */
const browsers = ['chromium', 'firefox', 'webkit']

/** @param {readonly string[]} argv */
export function parseOptions(argv) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string' },
      seeds: { type: 'string', default: '1' },
      profile: { type: 'string' },
      known: { type: 'boolean', default: false },
      new: { type: 'boolean', default: false },
      replay: { type: 'string' },
      times: { type: 'string', default: '3' },
      heap: { type: 'string', default: '120000' },
      skip: { type: 'string', default: '' },
      'keep-going': { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      tabs: { type: 'string', default: '0' },
      engine: { type: 'string', default: 'chromium' },
      dist: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const number = (/** @type {'minutes' | 'seeds' | 'times'} */ name) => {
    const value = Number(values[name])
    if (!(value > 0)) throw new RangeError(`--${name} must be a positive number, got ${values[name]}`)
    return value
  }
  const engine = browsers.find((name) => name === values.engine)
  if (engine === undefined)
    throw new RangeError(`--engine must be one of ${browsers.join(', ')}, got ${values.engine}`)
  return {
    engine,
    help: values.help,
    minutes: number('minutes'),
    seed: values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed),
    seeds: number('seeds'),
    times: number('times'),
    profile: values.profile,
    knownOnly: values.known,
    newOnly: values.new,
    replay: values.replay,
    // What it measures with, only Chromium has.
    heapCalls: engine === 'chromium' ? Number(values.heap) : 0,
    skip: values.skip.split(',').filter(Boolean),
    keepGoing: values['keep-going'],
    shrinks: !values['no-shrink'],
    tabs: Number(values.tabs),
    dist: values.dist,
  }
}
/** @typedef {ReturnType<typeof parseOptions>} Options */
