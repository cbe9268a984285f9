/** In development a clone of over 1 MiB that could have been a transfer is told of: once for each method and direction. */
import { createFakeWorker, createTestRuntime, expectNoLiveWorkers } from 'atelier-react/testing'
import { transfer } from 'atelier-react/worker'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TaskRuntime } from '../../../src/types/runtime.ts'
import type { TaskHandlers } from '../../../src/types/task.ts'

const MIB = 2 ** 20

let runtime: TaskRuntime
const said = vi.spyOn(console, 'warn')
beforeEach(() => {
  said.mockReset()
  said.mockImplementation(() => {})
  runtime = createTestRuntime()
})
afterEach(() => {
  vi.unstubAllEnvs()
  runtime.dispose()
  expectNoLiveWorkers()
})

/** What was said once is not said again: each test has names of its own. */
function define<Api extends TaskHandlers>(taskName: string, handlers: Api) {
  const worker = () => createFakeWorker({ handlers })
  return runtime.defineTask<Api>({ type: 'parallel', maxWorkers: 1, taskName, worker })
}

it('of the arguments, with what to do', async () => {
  const task = define('args', { size: (_value: unknown) => 0, other: (_value: unknown) => 0 })
  const pixels = new Uint8Array(1.5 * MIB)
  await task.size(pixels)
  await task.size({ images: [pixels] })
  expect(said.mock.calls).toEqual([
    [
      expect.stringMatching(
        /the arguments of args\.size held 1\.5 MiB of buffers that were cloned.*task\.with\(\{ transfer: 'auto' \}\)/,
      ),
    ],
  ])
  await task.other({ images: [pixels, new Float64Array(MIB)] })
  expect(said.mock.calls[1]).toEqual([
    expect.stringMatching(/the arguments of args\.other held 9\.5 MiB of buffers/),
  ])
  expect(pixels.byteLength).toBe(1.5 * MIB)
})

it('of a result', async () => {
  const task = define('results', { makeLarge: (bytes: number) => ({ pixels: new Uint8Array(bytes) }) })
  await task.makeLarge(2 * MIB)
  await task.makeLarge(3 * MIB)
  expect(said.mock.calls).toEqual([
    [expect.stringMatching(/the result of makeLarge held 2\.0 MiB.*return transfer\(value, \[buffer\]\)/)],
  ])
})

it('but not of what is small, shared, a part of something larger, or no buffer', async () => {
  const task = define('quiet', { take: (_value: unknown) => new Uint8Array(MIB) })
  await task.take(new Uint8Array(MIB))
  await task.take(new Uint8Array(new SharedArrayBuffer(2 * MIB)))
  await task.take(new Uint8Array(4 * MIB).subarray(8))
  await task.take('x'.repeat(2 * MIB))
  await task.take(new Blob([new Uint8Array(2 * MIB)]))
  expect(said).not.toHaveBeenCalled()
})

it('nor of what was transferred', async () => {
  const task = define('moved', {
    eat: (_value: unknown) => 0,
    giveAway(bytes: number) {
      const made = new Uint8Array(bytes)
      return transfer(made, [made.buffer])
    },
    makeAway: (bytes: number) => new Uint8Array(bytes),
  })
  const large = () => new Uint8Array(2 * MIB)
  const one = large()
  await task.with({ transfer: [one.buffer] }).eat(one)
  await task.with({ transfer: 'auto' }).eat(large())
  // Who says that nothing is to be transferred wants the copy.
  await task.with({ transfer: [] }).eat(large())
  await task.giveAway(2 * MIB)
  await task.with({ transferResult: 'auto' }).makeAway(2 * MIB)
  expect(said).not.toHaveBeenCalled()
})

it('nor in production', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  const task = define('live', { echoLarge: (value: Uint8Array) => value })
  await task.echoLarge(new Uint8Array(2 * MIB))
  expect(said).not.toHaveBeenCalled()
})
