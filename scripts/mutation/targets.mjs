/** What is mutated, and which tests have to notice. */
import { readdirSync } from 'node:fs'
import { root } from '../lib/entries.mjs'

/** The code that decides whether a call runs once, in order, and is answered: folders and files. */
const mutated = [
  'src/queue',
  'src/pool',
  'src/channel',
  'src/call/call.ts',
  'src/worker/harness.ts',
  'src/worker/claims.ts',
  'src/worker/reply-batch.ts',
  'src/wire/batchable.ts',
  'src/lib/linked-list.ts',
]

const tested = ['test/unit']

/** Tests that change their process for good, or look at the sources, the docs or the demo rather than run the core. */
const unsuited = /zone|kept-shapes|guide-types|semconv|unit\/(demo|docs|scripts)\//

export const setupFile = 'test/setup/fast-check.ts'

/** Everything that a test may import by a relative path, or by one of the package's names. */
const loaded = ['src', 'hooks', 'testing', 'in-process', 'test/unit', 'test/setup']

export const mutatedFiles = () => mutated.flatMap(sourcesIn)
/** @param {readonly string[]} parts of the paths to take */
export const testFiles = (parts) =>
  tested.flatMap(sourcesIn).filter((file) => isTest(file) && parts.some((part) => file.includes(part)))
export const loadableFiles = () => loaded.flatMap(sourcesIn)

const isTest = (/** @type {string} */ file) => file.endsWith('.test.ts') && !unsuited.test(file)

/** @param {string} path a folder, or a file @returns {string[]} relative to the root, sorted */
function sourcesIn(path) {
  if (/\.tsx?$/.test(path)) return [path]
  return readdirSync(root + path, { recursive: true })
    .map((name) => `${path}/${name}`)
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
}
