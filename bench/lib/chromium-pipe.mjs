/**
 * A Chromium, spoken to over a pipe. Not through Playwright, which attaches a debugger to every page: with one, an
 * Error that is made costs several times as much, and contestants that reject would be measured by that.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium, launchArgs } from '../../scripts/lib/chromium.mjs'

const benchArgs = [
  // The rounds are kept apart by collections, and V8 throws compiled code away that some collections have found unused: each
  // contestant would begin each round as if it had never run, the more the larger it is. The last flag of a name counts.
  '--js-flags=--expose-gc,--no-flush-bytecode',
  '--headless',
  '--remote-debugging-pipe',
  '--no-startup-window',
  '--enable-precise-memory-info',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--hide-scrollbars',
  '--mute-audio',
]
/** How long it may take to end by itself, in ms. */
const LONGEST_END_MS = 5_000

/** @typedef {{ id?: number, method?: string, params?: Record<string, unknown>, result?: unknown, error?: { message: string }, sessionId?: string }} Message */
/** @typedef {Awaited<ReturnType<typeof launchChromium>>} Chromium */

export async function launchChromium() {
  const executable = findChromium()
  if (!executable) throw new Error('No Chromium was found: npm run setup installs one.')
  const profile = mkdtempSync(join(tmpdir(), 'atelier-bench-'))
  const child = spawn(executable, [...launchArgs, ...benchArgs, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [, , , commands, answers] =
    /** @type {[null, null, null, import('node:stream').Writable, import('node:stream').Readable]} */ (
      /** @type {unknown} */ (child.stdio)
    )
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const open = new Map()
  /** @type {Set<(message: Message) => void>} */
  const listeners = new Set()
  let lastId = 0
  let isOver = false

  const ended = new Promise((resolve) => child.once('close', resolve))
  void ended.then(() => {
    isOver = true
    for (const { reject } of open.values()) reject(new Error('Chromium has ended'))
    for (const listener of listeners) listener({ method: 'ended' })
  })
  for (const stream of [commands, answers]) stream.on('error', () => {})
  readMessages(answers, (message) => {
    if (message.id === undefined) for (const listener of listeners) listener(message)
    else if (message.error) open.get(message.id)?.reject(new Error(message.error.message))
    else open.get(message.id)?.resolve(message.result)
    if (message.id !== undefined) open.delete(message.id)
  })

  /**
   * @param {string} method
   * @param {object} [params]
   * @param {string} [sessionId] of a page or worker that was attached to
   * @returns {Promise<any>}
   */
  const send = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      if (isOver) reject(new Error('Chromium has ended'))
      const id = ++lastId
      open.set(id, { resolve, reject })
      commands.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`)
    })

  const { product } = await send('Browser.getVersion')
  return {
    version: String(product).replace(/^.*\//, ''),
    send,
    /** @param {(message: Message) => void} listener @returns {() => void} */
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      await Promise.race([send('Browser.close').catch(() => {}), pause(LONGEST_END_MS)])
      await Promise.race([ended, pause(LONGEST_END_MS)])
      child.kill('SIGKILL')
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const pause = (/** @type {number} */ ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })

/**
 * Messages are JSON, each with a zero behind it.
 * @param {import('node:stream').Readable} stream
 * @param {(message: Message) => void} onMessage
 */
function readMessages(stream, onMessage) {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (/** @type {string} */ chunk) => {
    const parts = (rest + chunk).split('\0')
    rest = parts.pop() ?? ''
    for (const part of parts) onMessage(JSON.parse(part))
  })
}
