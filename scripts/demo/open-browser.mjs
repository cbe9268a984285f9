/** Opens the demo in the reader's browser where there is a screen to see it on; never fails. */
import { spawn } from 'node:child_process'

/** @param {string} address */
export function openBrowser(address) {
  const command = commandFor(process.platform, process.env)
  if (!command) return
  const [program = '', ...args] = command
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true })
  // The address is on the terminal: a browser that does not open is no error.
  child.on('error', () => undefined)
  child.unref()
}

/**
 * @param {NodeJS.Platform} platform
 * @param {Record<string, string | undefined>} env
 * @returns {string[] | undefined}
 */
export function commandFor(platform, env) {
  if (env['CI']) return undefined
  if (platform === 'darwin') return ['open']
  // `start` takes its first quoted argument for a window title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '']
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined
}
