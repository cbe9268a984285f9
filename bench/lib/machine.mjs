/** Where and on what the figures were measured. */
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { root } from '../../scripts/lib/entries.mjs'

/** @param {{ browser: string, dist: boolean }} run */
export function describeMachine({ browser, dist }) {
  const processors = cpus()
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC',
    command: ['npm run bench', ...process.argv.slice(2)]
      .join(' ')
      .replace(/^npm run bench (?=.)/, 'npm run bench -- '),
    cpu: processors[0]?.model.trim() || 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    /** A figure above the number of cores says that something else was running. */
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
    browser: `${browser}, headless`,
    node: process.version,
    commit: commit(),
    package: dist ? 'dist/' : 'the sources, built for production',
  }
}

function commit() {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const changes = git('status', '--porcelain', '--', 'src', 'hooks', 'bench/page', 'bench/lib') !== ''
    return git('rev-parse', '--short=12', 'HEAD') + (changes ? ', with uncommitted changes' : '')
  } catch {
    return 'unknown'
  }
}
