/** Factories that give no worker: the call is told, and the runtime goes on. */
import { describe, expect, it } from 'vitest'
import { createTestRuntime } from 'atelier-react/testing'
import { deliverAll, drain, type Fate, shown, watch } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'

const boom = (): never => {
  throw new Error('no worker today')
}

const noWorkers: readonly [what: string, make: () => unknown][] = [
  ['throws', boom],
  ['throws nothing', () => Promise.reject(new Error('x')).catch(() => undefined)],
  ['gives null', () => null],
  ['gives an object', () => ({})],
  ['gives a port', () => portOf()],
  ['gives a broadcast channel', () => ({ postMessage() {}, addEventListener() {}, close() {} })],
  ['gives half a worker', () => ({ postMessage() {}, terminate() {} })],
  [
    'gives a worker that cannot be listened to',
    () => ({ postMessage() {}, terminate() {}, addEventListener: boom }),
  ],
]

describe('a factory that', () => {
  it.each(noWorkers)('%s fails its call with a WorkerStartError', async (_what, make) => {
    const runtime = createTestRuntime()
    const working: StepWorker[] = []
    const sound = runtime.defineTask<{ echo(value: unknown): unknown }>({
      type: 'parallel',
      worker: () => {
        const worker = new StepWorker(() => ({ echo: (value: unknown) => value }))
        working.push(worker)
        return worker.asWorker
      },
    })
    const broken = runtime.defineTask<{ echo(value: unknown): unknown }>({
      type: 'parallel',
      maxWorkers: 1,
      worker: () => make() as Worker,
    })
    let fate: (() => Fate) | undefined
    expect(() => (fate = watch(broken.echo(1)))).not.toThrow()
    await drain()
    expect(fate && shown(fate())).toBe('start-failed')
    expect(broken.control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 0, blocked: 0 })
    const other = watch(sound.echo(2))
    await deliverAll(working)
    expect(shown(other())).toBe(2)
    runtime.dispose()
  })
})

function portOf(): MessagePort {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}
