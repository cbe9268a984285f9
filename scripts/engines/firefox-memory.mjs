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
  // What a cycle held is garbage after the one, and is gone after the other.
  for (const topic of ['child-gc-request', 'child-cc-request', 'child-gc-request'])
    Services.obs.notifyObservers(null, topic);
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

/** Garbage is freed by a thread beside, and what it held in the collection after: until so little has gone, there may be more. */
const AT_REST_BYTES = 100_000

const MOST_MEASUREMENTS = 12

/**
 * @param {(command: string, params: object) => Promise<unknown>} send to Marionette
 * @returns {Promise<import('./page.mjs').Memory>}
 */
export async function measureFirefox(send) {
  await send('Marionette:SetContext', { value: 'chrome' })
  try {
    let last = { bytes: Number.POSITIVE_INFINITY, workers: 0 }
    for (let n = 0; n < MOST_MEASUREMENTS; n++) {
      const script = { script: MEASURE, args: [], sandbox: 'system' }
      const answer = await send('WebDriver:ExecuteAsyncScript', script)
      const { value } = /** @type {{ value: import('./page.mjs').Memory }} */ (answer)
      const isAtRest = value.bytes > last.bytes - AT_REST_BYTES
      last = value
      if (isAtRest) break
    }
    return last
  } finally {
    await send('Marionette:SetContext', { value: 'content' })
  }
}
