/** What a production bundle of the build leaves out, and what its errors still say. */
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/entries.mjs'

const PROGRAM = `
import { createTaskRuntime } from './dist/core.js'
import { createFakeWorker } from './dist/testing.js'
const runtime = createTaskRuntime({ otel: false, performance: false })
const task = runtime.defineTask({
  type: 'parallel', taskId: 'slow', defaults: { timeoutMs: { run: 1 } },
  worker: () => createFakeWorker({ handlers: { wait: () => new Promise(() => {}) } }),
})
const said = await task.wait().catch(String)
const unclonable = await task.wait(() => {}).catch(String)
runtime.dispose()
const bad = (define) => { try { define() } catch (error) { return String(error) } }
const refused = [
  bad(() => createTaskRuntime({ name: '' })),
  bad(() => task.with({ signal: 5 })),
  bad(() => task.with({ priority: 'urgent' })),
]
export const told = [said, unclonable, ...refused]
`

async function bundle(mode: 'production' | 'development', contents = PROGRAM): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    external: ['react', 'react-dom/*', 'atelier-react'],
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
  })
  return outputFiles[0]?.text ?? ''
}

async function run(mode: 'production' | 'development'): Promise<readonly string[]> {
  const code = Buffer.from(await bundle(mode)).toString('base64')
  const { told } = (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as {
    told: string[]
  }
  return told
}

it('a page without a bundler has no `process`, which is production: tasks work, and are told apart as there', async () => {
  const program = `
    import { createTaskRuntime } from './dist/core.js'
    const runtime = createTaskRuntime({ otel: false, performance: false })
    const define = (name) => runtime.defineTask({ type: 'parallel', taskName: name, worker: () => null })
    export const told = [define('one').taskId]
    for (const act of [() => define('one'), () => runtime.abort({}), () => runtime.defineTask({ telemetry: 1 })])
      try { act() } catch (error) { told.push(String(error)) }
  `
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'made',
    target: 'es2022',
    // Another platform would have NODE_ENV filled in.
    platform: 'neutral',
    mainFields: ['module', 'main'],
  })
  const code = outputFiles[0]?.text ?? ''
  expect(code).toContain('process.env.NODE_ENV')
  const evaluate = new Function('process', `${code}; return made`) as (process?: undefined) => {
    told: string[]
  }
  expect(evaluate().told).toEqual([
    'one',
    expect.stringMatching(/^TypeError: A task with the id "one" is already defined/),
    'TypeError: Invalid option "abort(what)": got [object Object] (object)',
    'TypeError: Unknown option "telemetry" of defineTask(config)',
  ])
})

describe('a production bundle', () => {
  const core = "export * from './dist/core.js'"

  it('has no warnings and no advice', async () => {
    const advice =
      /raise timeoutMs|Take them from OpenTelemetry|is said once for each method|look at the error/
    expect(await bundle('development', core)).toMatch(advice)
    expect(await bundle('production', core)).not.toMatch(advice)
  })

  it('says what happened to which call, its code, and where the guide explains it', async () => {
    expect(await run('production')).toEqual([
      'TimeoutError: slow.wait (call-1, running) exceeded its run timeout of 1 ms (https://atelier-react.github.io/atelier/troubleshooting#timeout-run)',
      'DataCloneError: slow.wait (call-2, starting) failed: argument args[0] cannot be cloned (https://atelier-react.github.io/atelier/troubleshooting#clone-args)',
      'TypeError: Invalid option "name": got "" (string)',
      'TypeError: Invalid option "signal": got 5 (number)',
      `TypeError: Invalid option "priority": expected 'high' | 'normal' | 'low', got "urgent" (string)`,
    ])
  })

  it('of development says what to do', async () => {
    const [slow, unclonable, name] = await run('development')
    expect(name).toMatch(/expected a non-empty string, got ""/)
    expect(slow).toMatch(/exceeded its run timeout of 1 ms: raise timeoutMs\.run, or split the work$/)
    expect(unclonable).toMatch(/cannot be cloned; leave it out, or pass plain data/)
  })
})
