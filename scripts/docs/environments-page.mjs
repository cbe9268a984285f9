/** The text of docs/guides/environments.md, from what the examples were and how they ended. */
import { readdirSync, readFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'
import { speedByEngine } from './speed-by-engine.mjs'

/** What a row names: the pins that tell one environment from another. */
const TOLD = [
  '@sqlite.org/sqlite-wasm',
  'next',
  'react-router',
  '@opentelemetry/sdk-trace-web',
  '@opentelemetry/sdk-trace',
  'vite',
  'webpack',
  '@rspack/core',
  'esbuild',
  'jest',
  'vitest',
  'jsdom',
  'web-worker',
  'parcel',
  'react',
]

const HEAD = `# Environments

Where the package was installed from its tarball and used. Each row is an app in [examples](../../examples): bundlers build it for production, and Chromium opens the
result: its worker does a call, and the chunk of telemetry loads. Test runners and Node run its test. \`npm run example <name>\` does one of them, \`npm test -- examples\` all;
then \`node scripts/docs/environments.mjs\` writes this page.

| example | with | result |
|---|---|---|
`

const TAIL = `
- **CommonJS**: \`require()\` works for each entry. Bundlers take the ES modules also for \`require()\`, so that no page has the code twice.
- **TypeScript**: 5.2, 5.5, 5.9 and 6.0 read the types, with \`moduleResolution\` \`bundler\`, \`node16\` and \`nodenext\`, without \`skipLibCheck\`. \`using\` needs \`lib: ["ESNext.Disposable"]\`, nothing else does.
- **Jest with jsdom** hides \`MessageChannel\`, \`TextDecoder\` and \`structuredClone\` of Node. Fake and in-process workers need no set-up there.
- **Next.js** builds with Turbopack in 6 s here and with webpack in 30 s. The test run takes Turbopack; \`NEXT_BUNDLER=webpack npm run example next\` takes webpack. Both pass.
- **React Router** 8 needs Node 22. The example pins version 7, which runs on Node 20 as this package does.
- **esbuild alone** does not follow \`new Worker(new URL(…))\`: the example has a plugin of 20 lines.
`

const SPEED = `
## Speed by engine

Ratios to bare \`postMessage\` in the same round of the same page, with telemetry off unless it is said. Each engine has its results and command in
[bench/results](../../bench/results/results.md), [Firefox](../../bench/results/firefox/results.md) and [WebKit](../../bench/results/webkit/results.md).
Engines are not compared with each other: their \`postMessage\` costs differ. [Performance](../performance.md#firefox-and-webkit) says what to make of it.

`

/** The examples, in order. */
export const exampleNames = () => readdirSync(`${root}examples`).sort()

/** @param {ReadonlyMap<string, string>} results by name */
export function environmentsPage(results) {
  const rows = exampleNames().map((name) => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(`${root}examples/${name}/package.json`, 'utf8'),
    )
    const pins = { ...devDependencies, ...dependencies }
    const told = TOLD.filter((each) => each in pins).map((each) => `${each} ${pins[each]}`)
    return `| [${name}](../../examples/${name}/README.md) | ${told.join(', ')} | ${results.get(name) ?? 'not run'} |\n`
  })
  return HEAD + rows.join('') + TAIL + SPEED + speedByEngine()
}
