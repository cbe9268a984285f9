/** One Chromium, and a fresh page of it for each order; nothing is attached to the page unless a profile is asked for. */
import { launchChromium } from './chromium-pipe.mjs'

/**
 * @typedef {object} Order
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

/** @param {import('./site.mjs').Site} site */
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
    let targetId = ''
    let stopListening = () => {}
    try {
      return await new Promise((resolve, reject) => {
        stopListening = chromium.listen(({ method, params }) => {
          if (method === 'ended') reject(new Error('Chromium has ended'))
          if (method === 'Target.targetCrashed' && params?.['targetId'] === targetId)
            reject(new Error('the page has crashed'))
        })
        site.on(name, {
          order: async () => {
            await opened(targetId)
            return order
          },
          progress: async (/** @type {string} */ line) => progress(line),
          phase,
          result: async (/** @type {unknown} */ result) => resolve(result),
          error: async (/** @type {string} */ message) => reject(new Error(message)),
        })
        chromium
          .send('Target.createTarget', { url: 'about:blank' })
          .then((target) => {
            targetId = target.targetId
            return chromium.send('Target.createTarget', { url: `${site.url}?page=${name}` })
          })
          .then((target) => {
            void chromium.send('Target.closeTarget', { targetId }).catch(() => {})
            targetId = target.targetId
          })
          .catch(reject)
      })
    } finally {
      stopListening()
      site.off(name)
      await chromium.send('Target.closeTarget', { targetId }).catch(() => {})
    }
  }

  return { version: chromium.version, chromium, run, close: chromium.close }
}
