/** Browsers as child processes, each the head of a group, so that none of the processes that they start outlives them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How long a browser may take to exit after the request, in ms. */
const GRACE_MS = 3_000

/** @type {Set<number>} */
const alive = new Set()

// A test run that ends early leaves nothing behind.
process.on('exit', killAll)
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    // Vitest listens too, and ends in its own way.
    if (process.listenerCount(signal) > 0) return
    killAll()
    process.kill(process.pid, signal)
  })
}

function killAll() {
  for (const pid of alive) signalGroup(pid, 'SIGKILL')
}

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions }} [options]
 */
export function startChild(file, args, { env = process.env, stdio = 'ignore' } = {}) {
  const child = spawn(file, args, { env, stdio, detached: true })
  const { pid } = child
  if (pid !== undefined) alive.add(pid)
  // Without a listener an executable that cannot be started would end this process.
  const gone = new Promise((done) => {
    child.once('error', done)
    child.once('exit', done)
  })

  /** Waits for the end of the group's head, asks for it, and then insists. */
  async function end() {
    if (pid === undefined) return
    signalGroup(pid, 'SIGTERM')
    const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS)
    await gone
    clearTimeout(timer)
    // What the head has started may ignore the first signal.
    signalGroup(pid, 'SIGKILL')
    alive.delete(pid)
  }

  return { child, gone, end }
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal)
  } catch {
    // It is gone.
  }
}

/**
 * The first answer of `ask` that is not undefined; it may throw meanwhile.
 * @template T
 * @param {string} what for the error
 * @param {number} ms
 * @param {() => Promise<T | undefined> | T | undefined} ask
 */
export async function until(what, ms, ask) {
  const limit = performance.now() + ms
  for (let last; ; ) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      last = error
    }
    if (performance.now() > limit) throw new Error(`${what}: nothing after ${ms} ms`, { cause: last })
    await new Promise((done) => {
      setTimeout(done, 50)
    })
  }
}

/** The first chunk of a stream, as text. @param {import('node:stream').Readable} stream */
export async function firstWords(stream) {
  const [chunk] = await once(stream, 'data')
  return String(chunk)
}
