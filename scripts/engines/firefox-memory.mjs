/**
 * What the page and its workers hold in Firefox, as about:memory has it. No page can ask for it, but Marionette can, in the
 * browser's own context.
 */

/** The flag without which Marionette does not lead there. */
export const SYSTEM_ACCESS = '--remote-allow-system-access'

/**
 * Runs in the browser. A page that is isolated has a process to itself. What that holds is what it has allocated, and what it
 * has mapped beside: Firefox adds up "explicit" in the same way.
 */
const MEASURE = `
  const done = arguments[arguments.length - 1];
  const manager = Cc['@mozilla.org/memory-reporter-manager;1'].getService(Ci.nsIMemoryReporterManager);
  // Collects objects, cycles, and what the cycles held, in the page and in its workers.
  Services.obs.notifyObservers(null, 'child-mmu-request');
  let bytes = 0;
  const workers = new Set();
  manager.getReports((process, path, kind, _units, amount) => {
    if (!process.startsWith('webCOOP+COEP')) return;
    if (path === 'heap-allocated') bytes += amount;
    if (!path.startsWith('explicit/')) return;
    if (kind === Ci.nsIMemoryReporter.KIND_NONHEAP) bytes += amount;
    const worker = /\\/worker\\([^/]*\\)/.exec(path);
    if (worker) workers.add(process + worker[0]);
  }, null, () => done({ bytes, workers: workers.size }), null, false);`

/** Garbage is freed by a thread beside, and what it held in the collection after: there may be more until so little has gone, twice. */
const AT_REST_BYTES = 100_000
const AT_REST_TIMES = 2

const MOST_MEASUREMENTS = 12

/**
 * @param {(command: string, params: object) => Promise<unknown>} send to Marionette
 * @returns {Promise<import('./page.mjs').Memory>}
 */
export async function measureFirefox(send) {
  await send('Marionette:SetContext', { value: 'chrome' })
  try {
    let last = { bytes: Number.POSITIVE_INFINITY, workers: 0 }
    let timesAtRest = 0
    for (let n = 0; n < MOST_MEASUREMENTS; n++) {
      const script = { script: MEASURE, args: [], sandbox: 'system' }
      const answer = await send('WebDriver:ExecuteAsyncScript', script)
      const { value } = /** @type {{ value: import('./page.mjs').Memory }} */ (answer)
      timesAtRest = value.bytes > last.bytes - AT_REST_BYTES ? timesAtRest + 1 : 0
      last = value
      if (timesAtRest === AT_REST_TIMES) break
    }
    return last
  } finally {
    await send('Marionette:SetContext', { value: 'content' })
  }
}
