/**
 * What the page holds in WebKit. Nothing tells a page or a driver, but the engine writes into a log what each collection has
 * left, when it is started for that. The heap is that of the page: workers have their own, which is not measured.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { until } from './child.mjs'

/** With generations, most collections would leave old garbage where it is. */
export const GC_LOG = { JSC_logGC: '1', JSC_useGenerationalGC: '0' }

/** Enough garbage for a collection: the engine waits for 32 MB of it, and for more where much is alive. */
const LITTER = '(() => { for (let n = 0; n < 3000; n++) new Array(2000).fill(n) })()'

const LONGEST_MS = 20_000

/** Collections that are waited for: the stack of the first may hold the last value of the test. */
const COLLECTIONS = 2

/**
 * @param {import('node:stream').Readable} log
 * @param {number} driver its process, whose children are the browser
 */
export function watchWebKit(log, driver) {
  /** Bytes that each collection has left, by heap. @type {Map<string, number[]>} */
  let left = new Map()
  let rest = ''
  log.setEncoding('utf8')
  log.on('data', (/** @type {string} */ chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, heap, kilobytes] = /^\[GC<(\w+)>: .*=> (\d+)kb, p=/.exec(line) ?? []
      if (heap !== undefined) left.set(heap, [...(left.get(heap) ?? []), Number(kilobytes) * 1024])
    }
  })

  /** @param {(expression: string) => Promise<unknown>} evaluate @returns {Promise<import('./page.mjs').Memory>} */
  return async (evaluate) => {
    left = new Map()
    const bytes = await until('WebKit collects no garbage', LONGEST_MS, async () => {
      await evaluate(LITTER)
      // Workers are at rest while the page is littered.
      const page = [...left.values()].find((each) => each.length >= COLLECTIONS)
      return page?.at(-1)
    })
    return { bytes, workers: countWorkers(driver) }
  }
}

/** Each worker is a thread of that name. @param {number} ancestor */
function countWorkers(ancestor) {
  const parents = new Map(
    numbersIn('/proc').flatMap((pid) => {
      const [, parent] = /\) \S (\d+)/.exec(read(`/proc/${pid}/stat`)) ?? []
      return parent === undefined ? [] : [[pid, Number(parent)]]
    }),
  )
  const isOurs = (/** @type {number} */ pid) => {
    for (let each = parents.get(pid); each !== undefined; each = parents.get(each)) {
      if (each === ancestor) return true
    }
    return false
  }
  const threads = [...parents.keys()]
    .filter(isOurs)
    .flatMap((pid) =>
      numbersIn(`/proc/${pid}/task`).map((thread) => read(`/proc/${pid}/task/${thread}/comm`)),
    )
  return threads.filter((name) => name.startsWith('WebCore: Worker')).length
}

/** @param {string} folder */
function numbersIn(folder) {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger)
  } catch {
    // The process has ended.
    return []
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // The process or the thread has ended.
    return ''
  }
}
