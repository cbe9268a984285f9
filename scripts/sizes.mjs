/**
 * `npm run size`: what an import costs, minified and gzipped, in what is loaded at once and what comes later. Each has a hard
 * limit. `react` and `@opentelemetry/api` are peers, and the application has them anyway.
 */
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { root } from './lib/entries.mjs'

/**
 * @typedef {object} Budget
 * @property {string} name
 * @property {string} code
 * @property {number} initial kB, loaded at once
 * @property {number} [later] kB, all that may load afterwards
 */

/**
 * What is reached, with less than 2 % of room: growth fails the checks. What is aimed at, and what stands in its way, is in
 * docs/decisions/005-bundle-size.md.
 * @type {readonly Budget[]}
 */
export const budgets = [
  {
    name: '{ createTaskRuntime, taskOptions } of core',
    code: "export { createTaskRuntime, taskOptions } from './dist/core.js'",
    initial: 37.1,
  },
  { name: 'all of core', code: "export * from './dist/core.js'", initial: 42.2 },
  {
    name: '{ AtelierProvider, useTask, useTaskCall }',
    code: "export { AtelierProvider, useTask, useTaskCall } from './dist/index.js'",
    initial: 42.2,
  },
  { name: 'all of atelier-react', code: "export * from './dist/index.js'", initial: 58.3 },
  {
    name: 'atelier-react/in-process, beside core',
    code: "export * from './dist/core.js'; export * from './dist/in-process.js'",
    initial: 55.9,
  },
  { name: 'atelier-react/worker', code: "export * from './dist/worker.js'", initial: 16.7 },
  {
    name: '{ AtelierDevtools } in production',
    code: "export { AtelierDevtools } from './dist/devtools.js'",
    initial: 0.2,
  },
  {
    name: '{ AtelierDevtools } of devtools/production',
    code: "export { AtelierDevtools } from './dist/devtools-production.js'",
    // esbuild keeps the recorder beside them, whose startRecorder nobody imports here; Vite leaves 1.0 kB.
    initial: 7.9,
    later: 42.2,
  },
]

/**
 * What loads by itself beside the page's own code.
 * @type {readonly { name: string, chunk: string, limit: number }[]} in kB
 */
export const lateBudgets = [
  {
    name: 'the code that talks to workers, loaded when a runtime is created',
    chunk: 'worker-side',
    limit: 17.2,
  },
  { name: 'the telemetry chunk, loaded at the first call', chunk: 'recorder', limit: 9.7 },
]

const external = [
  '@opentelemetry/api',
  'react',
  'react-dom',
  'react-dom/*',
  'use-sync-external-store',
  'use-sync-external-store/*',
]

/** @param {string} code @returns {Promise<{ initial: number, later: Map<string, number> }>} bytes, minified and gzipped */
export async function sizeOf(code) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'js', sourcefile: 'entry.js' },
    outdir: 'out',
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    chunkNames: '[name]-[hash]',
    external,
    absWorkingDir: root,
    logLevel: 'error',
  })
  const bytes = new Map(
    outputFiles.map(({ path, contents }) => [
      path.slice(root.length),
      gzipSync(contents, { level: 9 }).length,
    ]),
  )
  const entry = Object.keys(metafile.outputs).find(
    (file) => metafile.outputs[file]?.entryPoint === 'entry.js',
  )
  if (entry === undefined) throw new Error(`No entry among ${[...bytes.keys()].join(', ')}`)
  const initial = new Set([entry])
  for (const file of initial) {
    for (const { path, kind } of metafile.outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && bytes.has(path)) initial.add(path)
  }
  const later = new Map([...bytes].filter(([file]) => !initial.has(file)))
  return { initial: sum([...initial].map((file) => bytes.get(file) ?? 0)), later }
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}

const kB = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(1)

async function main() {
  let isWithin = true
  console.log('import, min + gzip                             initial   limit   later')
  for (const { name, code, initial: limit, later: laterLimit } of budgets) {
    const { initial, later } = await sizeOf(code)
    const chunks = [...later].map(([file, bytes]) => `${file.replace(/^out\/|-\w+\.js$/g, '')} ${kB(bytes)}`)
    const isOver = initial > limit * 1000
    isWithin &&= !isOver
    console.log(
      `${isOver ? 'OVER' : 'ok  '} ${name.padEnd(42)} ${kB(initial).padStart(6)} ${limit.toFixed(1).padStart(7)}   ${chunks.join(', ')}`,
    )
    const all = sum([...later.values()])
    if (laterLimit !== undefined) {
      const isTooMuch = all > laterLimit * 1000
      isWithin &&= !isTooMuch
      console.log(
        `${isTooMuch ? 'OVER' : 'ok  '} ${'  all that loads when it opens'.padEnd(42)} ${kB(all).padStart(6)} ${laterLimit.toFixed(1).padStart(7)}`,
      )
    }
    for (const late of lateBudgets) {
      const bytes = [...later].find(([file]) => file.includes(late.chunk))?.[1] ?? 0
      if (bytes <= late.limit * 1000) continue
      isWithin = false
      console.log(`OVER ${late.name}: ${kB(bytes)}, limit ${late.limit}`)
    }
  }
  if (!isWithin) process.exitCode = 1
}

if (process.argv[1] === import.meta.filename) await main()
