/** Whether node_modules is what the lockfile says, decided from small files and no child process. */
import { createHash } from 'node:crypto'

/**
 * What an installation is good for: the same lockfile, on the same platform and major version of Node.
 * @param {string} lockfile text of package-lock.json
 * @param {{ platform: string, arch: string, version: string }} [system]
 */
export function stampOf(lockfile, { platform, arch, version } = process) {
  const major = version.replace(/^v/, '').split('.')[0]
  return {
    system: `${platform} ${arch} node ${major}`,
    lockfile: createHash('sha256').update(lockfile).digest('hex'),
  }
}

/**
 * @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} Lockfile
 */

/**
 * True when every package that the lockfile asks for is listed, in its version, in the lockfile that npm leaves in
 * node_modules. Optional ones are other platforms' binaries and may be absent.
 * @param {Lockfile} wanted
 * @param {Lockfile} present
 */
export function satisfies(wanted, present) {
  return Object.entries(wanted.packages ?? {}).every(
    ([path, { version, optional }]) =>
      path === '' ||
      optional === true ||
      (present.packages?.[path] && present.packages[path].version === version),
  )
}

/**
 * @param {{ stamp: ReturnType<typeof stampOf>, stored: string | undefined, lockfile: string,
 *   present: string | undefined }} state `stored` is the stamp file, `present` npm's own lockfile inside node_modules
 * @returns {'ready' | 'unstamped' | 'install'}
 */
export function installState({ stamp, stored, lockfile, present }) {
  if (present === undefined) return 'install'
  if (stored !== undefined) {
    const [system, hash] = stored.split('\n')
    if (system !== stamp.system) return 'install'
    if (hash === stamp.lockfile) return 'ready'
  }
  try {
    return satisfies(JSON.parse(lockfile), JSON.parse(present)) ? 'unstamped' : 'install'
  } catch {
    return 'install'
  }
}
