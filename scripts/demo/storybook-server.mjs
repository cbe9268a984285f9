/** Storybook's development server as a child process: started quietly, ready when it answers, stopped when asked. */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../lib/entries.mjs'
import { childEnv } from '../lib/run.mjs'

/** Storybook's id of the story that is the demo. */
export const demoStory = 'workflows-documents--state-of-the-union'

const startLimitMs = 90_000
const keptOutput = 8_000

/**
 * @typedef {object} StorybookServer
 * @property {string} origin
 * @property {Promise<number>} ended its exit code
 * @property {() => void} stop
 */

/**
 * @param {number} port
 * @returns {Promise<StorybookServer>}
 */
export async function startStorybook(port) {
  const dispatcher = `${root}node_modules/storybook/dist/bin/dispatcher.js`
  const args = [
    'dev',
    '--port',
    String(port),
    '--exact-port',
    '--ci',
    '--no-version-updates',
    '--disable-telemetry',
  ]
  const child = spawn(process.execPath, [dispatcher, ...args], {
    cwd: root,
    env: childEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-keptOutput)
    })
  }
  let exitCode = /** @type {number | undefined} */ (undefined)
  let stopping = false
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve((exitCode = 127))
    })
    child.once('close', (code) => resolve((exitCode = stopping ? 0 : (code ?? 1))))
  })
  const stop = () => {
    stopping = true
    child.kill()
  }
  const origin = `http://localhost:${port}`
  const deadline = performance.now() + startLimitMs
  while (!(await answers(`${origin}/index.json`))) {
    if (exitCode !== undefined) throw new Error(`Storybook ended before it was ready:\n${output.trim()}`)
    if (performance.now() > deadline) {
      stop()
      throw new Error(`Storybook did not answer within ${startLimitMs / 1000} s:\n${output.trim()}`)
    }
    await sleep(150)
  }
  return { origin, ended, stop }
}

/** @param {string} address */
async function answers(address) {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(5_000) })).ok
  } catch {
    return false
  }
}
