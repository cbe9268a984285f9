/** The examples of the guides run: each module is loaded to its end, and each test in an example is a test of this suite. */
import { describe, expect, it } from 'vitest'
import comlink from '../../../docs/coming-from/comlink.md?raw'
import handWritten from '../../../docs/coming-from/hand-written-pool.md?raw'
import store from '../../../docs/coming-from/telemetry-store.md?raw'
import threads from '../../../docs/coming-from/threads.md?raw'
import useWorker from '../../../docs/coming-from/use-worker.md?raw'
import workerpool from '../../../docs/coming-from/workerpool.md?raw'
import keys from '../../../docs/concepts/keys.md?raw'
import life from '../../../docs/concepts/life-of-a-call.md?raw'
import streams from '../../../docs/concepts/streams.md?raw'
import traces from '../../../docs/concepts/traces.md?raw'
import cancellation from '../../../docs/guides/cancellation.md?raw'
import data from '../../../docs/guides/data.md?raw'
import tasks from '../../../docs/guides/tasks.md?raw'
import testing from '../../../docs/guides/testing.md?raw'
import workers from '../../../docs/guides/workers.md?raw'
import abortAReader from '../../../docs/recipes/abort-a-reader.md?raw'
import readme from '../../../README.md?raw'
import { writeExamples } from './example-files.ts'

// Those that look for workers that were left go first: the examples share a page, and end nothing.
const guides = { testing, readme, tasks, workers, cancellation, data, life, keys, streams, traces }
const migrations = { comlink, workerpool, threads, handWritten, useWorker, store }
const pages = { ...guides, ...migrations, abortAReader }

describe.each(Object.entries(pages))('%s', async (page, markdown) => {
  const { files, codeOf, load } = await writeExamples(page, markdown)
  const isWorker = (file: string) => codeOf(file).includes('createTaskWorker(')
  const tests = files.filter((file) => file.includes('.test.'))
  const modules = files.filter((file) => !tests.includes(file) && !isWorker(file))

  it.each(modules)('%s runs', { timeout: 30_000 }, async (file) => {
    await expect(load(file)).resolves.toBeDefined()
  })
  // A test file registers its tests here and now.
  for (const file of tests) await load(file)
})
