/** Runs some tests of one file in a fresh world, as Vitest would, until the first that fails. */
import { startTests } from '@vitest/runner'
import { root } from '../lib/entries.mjs'

/**
 * @typedef {object} TestResult
 * @property {string} name
 * @property {boolean} passed
 * @property {number} ms
 * @property {number} cpuMs which a busy machine does not change
 * @property {string} [error]
 */

/**
 * @param {string} file
 * @param {object} options
 * @param {(path: string) => unknown} options.load
 * @param {readonly string[]} options.setupFiles
 * @param {number} options.timeoutMs of one test
 * @param {ReadonlySet<number>} [options.only] ordinals; without it all run
 * @param {(ordinal: number) => void} [options.onTest]
 * @param {boolean} [options.bail]
 * @returns {Promise<Map<number, TestResult>>} by ordinal; -1 is the file itself, when it failed
 */
export async function runTests(file, { load, setupFiles, timeoutMs, only, onTest, bail = true }) {
  /** @type {Map<import('@vitest/runner').Test, number>} */
  const ordinals = new Map()
  /** @type {Map<import('@vitest/runner').Test, number>} */
  const work = new Map()
  let hasFailed = false
  /** @type {import('@vitest/runner').VitestRunner} */
  const runner = {
    config: configOf(setupFiles, timeoutMs),
    importFile: (path) => load(path),
    onCollected(files) {
      for (const test of files.flatMap(testsIn)) {
        const ordinal = ordinals.size
        ordinals.set(test, ordinal)
        if (only && !only.has(ordinal)) test.mode = 'skip'
      }
    },
    onBeforeRunTask(test) {
      if (bail && hasFailed) test.mode = 'skip'
      if (test.mode !== 'run' && test.mode !== 'queued') return
      onTest?.(ordinals.get(test) ?? -1)
      work.set(test, -cpuMs())
    },
    onAfterRunTask(test) {
      work.set(test, (work.get(test) ?? 0) + cpuMs())
      if (test.result?.state === 'fail') hasFailed = true
    },
  }
  const [result] = await startTests([file], runner)
  return resultsOf(result, ordinals, work)
}

/** @typedef {import('@vitest/runner').Test} Test */

/**
 * @param {import('@vitest/runner').File | undefined} file
 * @param {ReadonlyMap<Test, number>} ordinals @param {ReadonlyMap<Test, number>} work
 */
function resultsOf(file, ordinals, work) {
  /** @type {Map<number, TestResult>} */
  const results = new Map()
  const failure = file?.result?.errors?.[0]
  if (failure) results.set(-1, { name: 'the file', passed: false, ms: 0, cpuMs: 0, error: failure.message })
  for (const [test, ordinal] of ordinals) {
    const { state, duration = 0, errors } = test.result ?? {}
    if (state !== 'pass' && state !== 'fail') continue
    const error = errors?.[0]?.message
    results.set(ordinal, {
      name: test.name,
      passed: state === 'pass',
      ms: duration,
      cpuMs: work.get(test) ?? 0,
      ...(error && { error }),
    })
  }
  return results
}

function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** @param {import('@vitest/runner').Task} task @returns {import('@vitest/runner').Test[]} */
function testsIn(task) {
  return task.type === 'test' ? [task] : task.tasks.flatMap(testsIn)
}

/** @param {readonly string[]} setupFiles @param {number} timeoutMs @returns {any} */
function configOf(setupFiles, timeoutMs) {
  return {
    root,
    setupFiles: [...setupFiles],
    name: 'mutation',
    passWithNoTests: true,
    allowOnly: false,
    sequence: { shuffle: false, concurrent: false, seed: 0, hooks: 'stack', setupFiles: 'list' },
    maxConcurrency: 1,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    strictTags: false,
  }
}
