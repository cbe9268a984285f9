/** The DevTools protocol of a page's workers, through the session of the page. */

/** @typedef {(method: string, params?: object) => Promise<unknown>} Send */

/** @param {import('playwright').CDPSession} cdp */
export async function workerTargets(cdp) {
  /** @type {Set<string>} */
  const attached = new Set()
  /** @type {Map<number, { resolve: (result: unknown) => void, reject: (error: Error) => void }>} */
  const open = new Map()
  let lastId = 0

  cdp.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') attached.add(sessionId)
  })
  cdp.on('Target.detachedFromTarget', ({ sessionId }) => attached.delete(sessionId))
  cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result, error } = JSON.parse(message)
    const waiting = open.get(id)
    open.delete(id)
    if (error) waiting?.reject(new Error(error.message))
    else waiting?.resolve(result)
  })
  // Not flattened: Playwright's sessions have no way to speak for a child's.
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false })

  /** @type {(sessionId: string) => Send} */
  const sendTo = (sessionId) => (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      open.set(id, { resolve, reject })
      const message = JSON.stringify({ id, method, params })
      cdp.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject)
    })

  return {
    /** @type {Send} */
    toPage: (method, params) =>
      cdp.send(/** @type {'Profiler.enable'} */ (method), /** @type {never} */ (params)),
    open: () =>
      [...attached].map((sessionId, index) => ({ name: `worker-${index}`, send: sendTo(sessionId) })),
  }
}
