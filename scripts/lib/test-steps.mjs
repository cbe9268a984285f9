/** What `npm test` runs, in order. A step is a list of commands or one Vitest project. */

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} about
 * @property {readonly (readonly string[])[]} [commands] a script below node_modules and its arguments, each
 * @property {readonly string[]} [projects] Vitest projects
 * @property {Record<string, string>} [env]
 * @property {import('../engines/find.mjs').EngineName} [engine] the browser beside Chromium in which it runs
 * @property {readonly string[]} [files] of the projects; all unless said
 * @property {1 | 2} [filesPerCore] how many of its files run at once (Vitest leaves one core free): two where tests wait much, as those of React do
 * @property {string} [beside] the step before it that runs at the same time: both use one core, and wait for no clock
 * @property {string} [needs] a step without whose success this one cannot run
 */

/** How long the step `torture` runs programs, those that have failed once included: the one number to change. */
const TORTURE_MINUTES = '2'

/** Rounds of pages that share a worker: each takes about two seconds. */
const TABS_ROUNDS = '5'

/** Programs in Firefox and WebKit: none of those that failed in Chromium. */
const OTHER_ENGINE = ['--new', '--minutes', '0.3', '--seed', '4']

/** @type {readonly Step[]} */
export const steps = [
  { name: 'format', about: 'layout of the code', commands: [['@biomejs/biome/bin/biome', 'format', '.']] },
  { name: 'oxlint', about: 'quick lint', commands: [['oxlint/bin/oxlint', '--deny-warnings']] },
  {
    name: 'eslint',
    about: 'typed lint, rules of React',
    commands: [['eslint/bin/eslint.js', '--max-warnings=0', '.']],
  },
  {
    name: 'types',
    about: 'sources, tests and type tests',
    beside: 'eslint',
    commands: [
      ['typescript/bin/tsc', '-p', 'tsconfig.build.json'],
      ['typescript/bin/tsc', '-p', 'tsconfig.json'],
    ],
  },
  { name: 'structure', about: 'rules of the house', projects: ['structure'] },
  { name: 'unit', about: 'Node', projects: ['unit'], filesPerCore: 1 },
  { name: 'react', about: 'React in jsdom', projects: ['react'], filesPerCore: 2 },
  {
    name: 'react-lanes',
    about: 'the same suites compiled, and on React 18',
    projects: ['react-compiled', 'react-18', 'react-18-compiled'],
    filesPerCore: 2,
  },
  { name: 'browser', about: 'Chromium, real workers', projects: ['browser'] },
  { name: 'firefox', about: 'the same in Firefox, but for leaks', projects: ['firefox'], engine: 'firefox' },
  { name: 'webkit', about: 'the same in WebKit, but for leaks', projects: ['webkit'], engine: 'webkit' },
  { name: 'firefox-leaks', about: 'leaks in Firefox', projects: ['firefox-leaks'], engine: 'firefox' },
  {
    name: 'webkit-leaks',
    about: 'leaks in WebKit',
    beside: 'firefox-leaks',
    projects: ['webkit-leaks'],
    engine: 'webkit',
  },
  {
    name: 'torture',
    about: 'programs made by chance, those that have broken once, and pages that share a worker, in Chromium',
    commands: [
      ['../scripts/torture.mjs', '--minutes', TORTURE_MINUTES, '--seed', '4'],
      ['../scripts/torture.mjs', '--tabs', TABS_ROUNDS, '--seed', '4'],
    ],
  },
  {
    name: 'torture-firefox',
    about: 'some of them in Firefox',
    commands: [['../scripts/torture.mjs', ...OTHER_ENGINE, '--engine', 'firefox']],
    engine: 'firefox',
  },
  {
    name: 'torture-webkit',
    about: 'some of them in WebKit',
    beside: 'torture-firefox',
    commands: [['../scripts/torture.mjs', ...OTHER_ENGINE, '--engine', 'webkit']],
    engine: 'webkit',
  },
  { name: 'otel-next', about: 'the next generation of OpenTelemetry', projects: ['otel-next'] },
  { name: 'trace', about: 'a recording, read by the engine of DevTools', projects: ['trace'] },
  { name: 'build', about: 'dist/', commands: [['rollup/dist/bin/rollup', '-c', '--silent']] },
  { name: 'publint', about: 'package.json', commands: [['publint/src/cli.js', '--strict']], needs: 'build' },
  {
    name: 'attw',
    about: 'types as others resolve them',
    beside: 'publint',
    commands: [['@arethetypeswrong/cli/dist/index.js', '--pack', '.', '--profile', 'node16', '--no-emoji']],
    needs: 'build',
  },
  {
    name: 'size',
    about: 'what an import costs, and its limit',
    beside: 'publint',
    commands: [['../scripts/sizes.mjs']],
    needs: 'build',
  },
  {
    name: 'knip',
    about: 'unused files, exports, dependencies',
    beside: 'publint',
    commands: [['knip/bin/knip.js']],
  },
  { name: 'package', about: 'the packed package, elsewhere', projects: ['package'], needs: 'build' },
  {
    name: 'docs',
    about: 'the site of the documentation, with the API reference',
    beside: 'package',
    commands: [['../scripts/docs/site/build.mjs']],
  },
  {
    name: 'dist',
    about: 'the React suites on the build, compiled',
    projects: ['react'],
    filesPerCore: 2,
    env: { ATELIER_DIST: '1' },
    needs: 'build',
  },
  { name: 'storybook', about: 'stories, accessibility', projects: ['storybook'] },
  { name: 'site', about: 'links and search of that site', projects: ['site'], needs: 'docs' },
  {
    name: 'examples',
    about: 'apps with bundlers, test runners and Node, on the packed package',
    commands: [['../scripts/examples/run.mjs']],
    needs: 'build',
  },
  {
    name: 'bench',
    about: 'regression gate: ratios to raw postMessage, growth, renders',
    commands: [['../bench/gate.mjs']],
  },
]

/**
 * The steps with these names, in their own order, and the steps that they need.
 * @param {readonly string[]} names none: all
 * @param {readonly Step[]} [from]
 */
export function selectSteps(names, from = steps) {
  const unknown = names.filter((name) => !from.some((step) => step.name === name))
  if (unknown.length > 0) {
    throw new RangeError(
      `No step ${unknown.join(', ')}. There are: ${from.map((step) => step.name).join(' ')}`,
    )
  }
  if (names.length === 0) return from
  const needed = from.filter((step) => names.includes(step.name)).map((step) => step.needs)
  return from.filter((step) => names.includes(step.name) || needed.includes(step.name))
}

/**
 * The steps that run at the same time, as lists.
 * @param {readonly Step[]} selected
 * @returns {Step[][]}
 */
export function batchesOf(selected) {
  /** @type {Step[][]} */
  const batches = []
  for (const step of selected) {
    const last = batches.at(-1)
    if (last?.some(({ name }) => name === step.beside)) last.push(step)
    else batches.push([step])
  }
  return batches
}
