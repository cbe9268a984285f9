/** Attaches the DevTools protocol to a page and to the workers that it starts. */

/** @typedef {(method: string, params?: object) => Promise<any>} Send */
/** @typedef {{ name: string, send: Send }} Target */

/**
 * @param {import('./chromium-pipe.mjs').Chromium} chromium
 * @param {string} targetId
 */
export async function attach(chromium, targetId) {
  /** @type {{ name: string, sessionId: string }[]} */
  const workers = []
  const { sessionId: page } = await chromium.send('Target.attachToTarget', { targetId, flatten: true })
  chromium.listen(({ method, params, sessionId }) => {
    if (method !== 'Target.attachedToTarget' || sessionId !== page) return
    workers.push({ name: `worker-${workers.length}`, sessionId: String(params?.['sessionId']) })
  })
  const options = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }
  await chromium.send('Target.setAutoAttach', options, page)

  /** @param {string} sessionId @returns {Send} */
  const sendTo = (sessionId) => (method, params) => chromium.send(method, params, sessionId)
  return {
    /** The page, then its workers in the order of their start. */
    all: () =>
      [{ name: 'page', sessionId: page }, ...workers].map(({ name, sessionId }) => ({
        name,
        send: sendTo(sessionId),
      })),
  }
}
