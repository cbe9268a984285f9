/** Code that was compiled for calls outlives them: V8 throws it away when the last object of a hidden class is collected. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { fileURLToPath } from 'node:url'

const source = (file: string) => fileURLToPath(new URL(`../../../src/${file}`, import.meta.url))

/** Compiles a function that reads and writes calls, drops the calls, collects, and tells whether it is compiled still. */
const program = (kept: string, afterBurst: string) => `
  import { Call } from ${JSON.stringify(source('call/call.ts'))}
  import { keptShapes } from ${JSON.stringify(source('call/kept-shapes.ts'))}
  const task = { taskId: 'a', taskName: undefined, type: 'parallel', policy: 'block', control: {} }
  const OPTIMIZED = 1 << 4
  const kept = ${kept}
  function touch(call) {
    call.attempt++
    // A fraction where there were none: calls have another class from then on.
    call.dispatchedAt = call.id + 0.5
    return call.method.length + call.runId + call.state
  }
  function burst() {
    for (let id = 1; id < 2_000; id++) touch(new Call(id, task, 'echo', [id], {}, undefined))
  }
  // Compiled, it would hold a copy of the other one, which would not be called any more.
  %NeverOptimizeFunction(burst)
  const isCompiled = () => (%GetOptimizationStatus(touch) & OPTIMIZED) !== 0
  const pause = () => new Promise((resolve) => setImmediate(resolve))
  // The engine compiles what is called often, on a thread of its own.
  for (let times = 0; times < 5_000 && !isCompiled(); times++) {
    burst()
    await pause()
  }
  ${afterBurst}
  const before = isCompiled()
  // A hidden class without objects is kept through a few collections.
  for (let times = 0; times < 200 && isCompiled(); times++) {
    gc()
    await pause()
  }
  const after = isCompiled()
  console.log(JSON.stringify({ before, after, kept: Object.keys(kept).length }))
`

async function run(kept: string, afterBurst = ''): Promise<unknown> {
  // The bundler does not know the syntax of natives: they are put back afterwards.
  const code = program(kept, afterBurst).replaceAll(/%(\w+)\(/g, (_, name: string) => `native_${name}(`)
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: source('.'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  })
  const script = outputFiles[0]?.text.replaceAll(/native_(\w+)\(/g, '%$1(') ?? ''
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--allow-natives-syntax',
    '--input-type=module',
    '--eval',
    script,
  ])
  return JSON.parse(stdout)
}

const kept = 'keptShapes(task, {})'

describe('compiled code, after all calls were collected', () => {
  it('is there while a task keeps its shapes, and renews them', async () => {
    expect(await run(kept, 'kept.call.runId = 0')).toEqual({ before: true, after: true, kept: 2 })
  })

  it('would be gone without renewal: calls have had another class since their fields held fractions', async () => {
    expect(await run(kept)).toEqual({ before: true, after: false, kept: 2 })
  })

  it('would be gone without them: the engine does what the shapes are kept for', async () => {
    expect(await run('[]')).toEqual({ before: true, after: false, kept: 0 })
  })
})
