/** One Chromium, and a fresh page of it for each order; nothing is attached to the page unless a profile is asked for. */
import { launchChromium } from './chromium-pipe.mjs'

/**
 * @typedef {object} Order what a page is to do
 * @property {string} workload '' asks for the names of all
 * @property {import('../page/workload.ts').RunOptions} options
 */
/** @typedef {'measuring' | 'measured'} Phase */
/**
 * @typedef {object} Handlers
 * @property {(line: string) => void} [progress]
 * @property {(phase: Phase) => Promise<void>} [phase]
 * @property {(targetId: string) => Promise<void>} [opened] before the page has its order
 */
/** @typedef {Awaited<ReturnType<typeof openBrowser>>} Browser */

/** @param {Awaited<ReturnType<typeof import('./server.mjs').serve>>} site */
export async function openBrowser(site) {
  const chromium = await launchChromium()
  await chromium.send('Target.setDiscoverTargets', { discover: true })
  let lastPage = 0

  /**
   * Opens a page that carries out the order, and closes it; rejects when the page fails or crashes.
   * @param {Order} order
   * @param {Handlers} [handlers]
   * @returns {Promise<any>} what the page answers
   */
  async function run(order, { progress = () => {}, phase = async () => {}, opened = async () => {} } = {}) {
    const name = String(++lastPage)
    /** @type {Promise<string>} */
    const target = chromium
      .send('Target.createTarget', { url: `${site.url}?page=${name}` })
      .then(({ targetId }) => targetId)
    const over = settleable()
    const crashed = (/** @type {unknown} */ targetId) =>
      target.then((own) => own === targetId && over.reject(new Error('the page has crashed')))
    const stopListening = chromium.listen(({ method, params }) => {
      if (method === 'ended') over.reject(new Error('Chromium has ended'))
      if (method === 'Target.targetCrashed') void crashed(params?.['targetId'])
    })
    site.on(name, {
      order: async () => {
        await opened(await target)
        return order
      },
      progress: async (line) => progress(String(line)),
      phase: async (value) => phase(/** @type {Phase} */ (value)),
      result: async (result) => over.resolve(result),
      error: async (message) => over.reject(new Error(String(message))),
    })
    try {
      target.catch(over.reject)
      return await over.promise
    } finally {
      stopListening()
      site.off(name)
      await chromium.send('Target.closeTarget', { targetId: await target }).catch(() => {})
    }
  }

  return { version: `Chromium ${chromium.version}`, chromium, run, close: chromium.close }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
export function settleable() {
  /** @type {(value: unknown) => void} */
  let resolve = () => {}
  /** @type {(error: unknown) => void} */
  let reject = () => {}
  const promise = new Promise((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}
