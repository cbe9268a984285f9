/** The text of docs/guides/environments.md, from what the examples were and how they ended. */
import { readdirSync, readFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'
import { enginesSection } from './engines-table.mjs'
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

These environments are tested with the package installed from its tarball. Each row is an app in [examples](../../examples). Bundlers build it for production, and Chromium opens the
result, where a worker runs a call and the telemetry chunk loads. \`vite-react-19\` also opens in Firefox and WebKit. Test runners and Node run its test. \`npm run example <name>\` runs one example, and \`npm test -- examples\` runs all of
them; then \`node scripts/docs/environments.mjs\` writes this section.

| example | with | result |
|---|---|---|
`

const TAIL = `
- **CommonJS**: \`require()\` works for each entry. Bundlers use the ES modules for \`require()\` as well, so that no page contains the code twice.
- **TypeScript**: the types work in 5.2, 5.5, 5.9 and 6.0, with \`moduleResolution\` \`bundler\`, \`node16\` and \`nodenext\`, without \`skipLibCheck\`. Only \`using\` needs a setting: \`lib: ["ESNext.Disposable"]\`.
- **Jest with jsdom** hides \`MessageChannel\`, \`TextDecoder\` and \`structuredClone\` of Node. Fake and in-process workers still need no set-up. \`import.meta.url\` does: [Jest](testing.md#jest) shows two ways.
- **Next.js** works with Turbopack (built in 6 s here) and with webpack (30 s). The test run uses Turbopack; \`NEXT_BUNDLER=webpack npm run example next\` uses webpack.
- **Browsers**: Chrome and Edge 116, Firefox 124, Safari 17.4, and later. The test run uses Chromium, Firefox and WebKit; see [browser support](../../README.md#browser-support).
- **Content-Security-Policy**: \`worker-src 'self'\` is enough; see [security](../security.md#content-security-policy), also for Trusted Types.
- **React Router** 8 needs Node 22. The example pins version 7, which runs on Node 20 as this package does.
- **esbuild alone** does not follow \`new Worker(new URL(…))\`. The example contains a plugin of 20 lines that does.
- **Firefox** 153 keeps 340 bytes for each signal that \`AbortSignal.any()\` joins with one that lives on. Atelier joins the two where \`with({ signal })\` follows \`with({ signal })\`.
`

const SPEED = `
## Speed by engine

Ratios to bare \`postMessage\` in the same round of the same page, with telemetry off unless it is said. Each engine has its results and command in
[bench/results](../../bench/results/results.md), [Firefox](../../bench/results/firefox/results.md) and [WebKit](../../bench/results/webkit/results.md).
Engines are not compared with each other: their \`postMessage\` costs differ. [Performance](../performance.md#firefox-and-webkit) says what to make of it.

`

/** The examples, in order. */
export const exampleNames = () => readdirSync(`${root}examples`).sort()

/** @param {ReadonlyMap<string, string>} results by name; what browsers lack stays as it is */
export function environmentsPage(results) {
  const rows = exampleNames().map((name) => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(`${root}examples/${name}/package.json`, 'utf8'),
    )
    const pins = { ...devDependencies, ...dependencies }
    const told = TOLD.filter((each) => each in pins).map((each) => `${each} ${pins[each]}`)
    return `| [${name}](../../examples/${name}/README.md) | ${told.join(', ')} | ${results.get(name) ?? 'not run'} |\n`
  })
  const engines = enginesSection(readFileSync(`${root}docs/guides/environments.md`, 'utf8'))
  return `${HEAD}${rows.join('')}${TAIL}${SPEED}${speedByEngine()}\n${engines}\n`
}
