/** Child processes, started the same way by the set-up, the tests and the demo. */
import { spawn } from 'node:child_process'
import { root } from './entries.mjs'

/**
 * The environment for children. NODE_ENV is left to them: `production`, inherited, would give React's production
 * build, which cannot be tested, and an install without the development dependencies.
 * @param {Record<string, string | undefined>} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnv(extra = {}) {
  const { NODE_ENV: _, ...env } = process.env
  return { ...env, STORYBOOK_DISABLE_TELEMETRY: '1', ...extra }
}

/**
 * Runs a command to its end. It never rejects: a command that cannot be started has code 127.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, capture?: boolean, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string, seconds: number }>}
 */
export function run(command, args, { cwd = root, env = childEnv(), capture = false, timeoutMs = 0 } = {}) {
  const start = performance.now()
  return new Promise((resolve) => {
    let output = ''
    const done = (/** @type {number} */ code) =>
      resolve({ code, output, seconds: (performance.now() - start) / 1000 })
    const child = spawn(command, args, {
      cwd,
      env,
      timeout: timeoutMs,
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
      // npm and npx are .cmd files there, which only a shell can start.
      shell: process.platform === 'win32' && !command.includes('\\'),
    })
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => {
      output += error.message
      done(127)
    })
    child.on('close', (code, signal) => {
      if (signal) output += `\nended by ${signal}${timeoutMs ? ` (limit ${timeoutMs / 1000} s)` : ''}`
      done(code ?? 1)
    })
  })
}

/**
 * Runs the command-line script of an installed package with this Node, without a shell or npx between.
 * @param {string} script path below node_modules
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runBin(script, args, options) {
  return run(process.execPath, [`${root}node_modules/${script}`, ...args], options)
}
