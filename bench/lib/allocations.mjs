/** What a workload allocates on the page, by function: a sample for each so many bytes, of what was collected meanwhile, too. */
import { digits } from './format.mjs'

/** Bytes between two samples. */
const INTERVAL = 512
const SHOWN = 20

/** @typedef {{ callFrame: { functionName: string, url: string, lineNumber: number }, selfSize: number, children: readonly Node[] }} Node */

/** @param {import('./targets-of-page.mjs').Send} send */
export async function startAllocations(send) {
  await send('HeapProfiler.enable')
  await send('HeapProfiler.startSampling', {
    samplingInterval: INTERVAL,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
}

/**
 * The functions that allocate most, as lines.
 * @param {import('./targets-of-page.mjs').Send} send
 * @param {number} calls that were measured
 */
export async function stopAllocations(send, calls) {
  const { profile } = await send('HeapProfiler.stopSampling')
  /** @type {Map<string, number>} */
  const bytes = new Map()
  add(profile.head, bytes)
  const total = [...bytes.values()].reduce((sum, each) => sum + each, 0)
  const lines = [...bytes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, size]) => `${digits(size / calls).padStart(7)} B  ${name}`)
  return [`${digits(total / calls)} bytes a call, over ${calls.toLocaleString('en')} calls`, ...lines]
}

/** @param {Node} node @param {Map<string, number>} bytes */
function add({ callFrame, selfSize, children }, bytes) {
  const { functionName, url, lineNumber } = callFrame
  const place = url ? `  ${url.replace(/.*\//, '')}:${lineNumber + 1}` : ''
  const name = `${functionName || '(anonymous)'}${place}`
  if (selfSize > 0) bytes.set(name, (bytes.get(name) ?? 0) + selfSize)
  for (const child of children) add(child, bytes)
}
