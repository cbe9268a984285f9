/**
 * Counts the source files that one warm call enters. The page's side and the worker's run in one Node process, the messages
 * between them delivered by hand, so that V8's precise coverage is read for each side by itself. A page in Chromium with a
 * real worker enters the same files.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from './entries.mjs'

/** Enough for every path to be warm. */
const WARM_UP_CALLS = 50
/** How long code may take that loads late, or work that a call leaves for later, in ms. */
const LATER_MS = 50

/** @typedef {'page' | 'worker'} Side */
/** @typedef {{ file: string, sides: Side[], functions: string[] }} EnteredFile a file of src/, and the functions that ran */
/** @typedef {{ file: string, start: number }} BundledModule where in a bundle a module begins */
/** @typedef {{ deliverToWorker: () => boolean, deliverToPage: () => boolean }} StepWorker */

/** The options of the runtimes that are measured, by what they leave on of the telemetry. */
const CONFIGS = { off: { otel: false, performance: false }, default: {} }

/**
 * The files of src/ that a call enters, in order.
 * @param {keyof typeof CONFIGS} telemetry
 * @returns {Promise<EnteredFile[]>}
 */
export async function filesEntered(telemetry) {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-files-entered-'))
  try {
    const code = await bundle()
    const script = join(folder, 'program.mjs')
    writeFileSync(script, code)
    const url = pathToFileURL(script).href
    const { createTaskRuntime, StepWorker } = await import(url)
    const runtime = createTaskRuntime(CONFIGS[telemetry])
    const entered = await measure(callRunner(runtime, StepWorker), url, modulesIn(code))
    runtime.dispose()
    return entered
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The core, and a worker whose messages wait. */
async function bundle() {
  const contents = `
    export { createTaskRuntime } from './src/index.ts'
    export { StepWorker } from './test/unit/support/step-worker.ts'`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, sourcefile: 'program.js' },
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    mainFields: ['module', 'main'],
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** A bundle names each module in a comment. @param {string} code @returns {BundledModule[]} */
function modulesIn(code) {
  const comments = code.matchAll(/^\s*\/\/ (\S+\.[cm]?[jt]sx?)$/gm)
  return [...comments].map(({ 1: file = '', index: start }) => ({ file, start }))
}

/**
 * Makes a function that runs one call from end to end; `done` hears when a side has done a part of it.
 * @param {any} runtime
 * @param {any} StepWorker
 */
function callRunner(runtime, StepWorker) {
  /** @type {StepWorker | undefined} */
  let worker
  const task = runtime.defineTask({
    type: 'parallel',
    maxWorkers: 1,
    worker: () => (worker = new StepWorker(() => ({ square: (/** @type {number} */ n) => n * n }))),
  })
  return async (/** @type {(side: Side) => Promise<void>} */ done) => {
    const call = { isOver: false }
    task.square(7).then(() => (call.isOver = true))
    await done('page')
    while (!call.isOver) {
      if (worker?.deliverToWorker()) await done('worker')
      if (worker?.deliverToPage()) await done('page')
      await reactions()
    }
  }
}

/**
 * @param {(done: (side: Side) => Promise<void>) => Promise<void>} runCall
 * @param {string} url of the bundle
 * @param {readonly BundledModule[]} modules
 */
async function measure(runCall, url, modules) {
  const warmUp = async () => {
    for (let index = 0; index < WARM_UP_CALLS; index++) await runCall(reactions)
    await pause(LATER_MS)
  }
  await warmUp()
  // Once more, with what has been loaded meanwhile.
  await warmUp()

  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  /** @type {Map<string, { sides: Set<Side>, functions: Set<string> }>} */
  const entered = new Map()
  await runCall(async (side) => {
    await pause(LATER_MS)
    // Taking the counts sets them back to zero.
    const { result } = await session.post('Profiler.takePreciseCoverage')
    for (const { functionName, ranges } of result.find((script) => script.url === url)?.functions ?? []) {
      const [range] = ranges
      if (!range || range.count === 0) continue
      const file = modules.findLast(({ start }) => start <= range.startOffset)?.file
      if (!file?.startsWith('src/')) continue
      const known = entered.get(file) ?? { sides: new Set(), functions: new Set() }
      entered.set(file, known)
      known.sides.add(side)
      known.functions.add(functionName || '(anonymous)')
    }
  })
  session.disconnect()
  return [...entered]
    .map(([file, { sides, functions }]) => ({ file, sides: [...sides], functions: [...functions].sort() }))
    .sort((a, b) => (a.file < b.file ? -1 : 1))
}

/** Lets every promise reaction run. @returns {Promise<void>} */
const reactions = () => new Promise((resolve) => setImmediate(resolve))

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))
