/** Finds a free port. */
import { createServer } from 'node:net'

const attempts = 50

/**
 * The preferred port, or the next one after it that is free.
 * @param {number} preferred
 * @returns {Promise<number>}
 */
export async function freePort(preferred) {
  for (let port = preferred; port < Math.min(65_536, preferred + attempts); port += 1) {
    if (await isFree(port)) return port
  }
  throw new Error(`No port from ${preferred} to ${preferred + attempts - 1} is free.`)
}

/** @param {number} port */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    // Without a host: a server on any of the machine's addresses counts.
    server.listen(port, () => server.close(() => resolve(true)))
  })
}
