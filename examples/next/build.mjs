/** Builds the app for production: with Turbopack, or with webpack if NEXT_BUNDLER says so. */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'

const bundler = process.env.NEXT_BUNDLER ?? 'turbopack'
const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
execFileSync(process.execPath, [next, 'build', `--${bundler}`], {
  stdio: 'inherit',
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
})
