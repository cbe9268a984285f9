/** Atelier, with each kind of telemetry by itself, with all of it, and as it comes. */
import { createTaskRuntime, type RuntimeConfig, type TaskConfig } from 'atelier-react/core'
import type { Contestant, Session, SessionSettings } from '../workload.ts'
import type { AtelierApi } from '../workers/atelier.worker.ts'
import { recordingSdk } from './sdk.ts'

/** Above every number of calls that is measured, so that the queue is timed and not its bound. */
export const DEEP = 2_000_000

export const startWorker = (): Worker =>
  new Worker(new URL('../workers/atelier.worker.ts', import.meta.url), { type: 'module' })

interface Variant {
  readonly id: string
  readonly label: string
  readonly config?: RuntimeConfig
  readonly hasSdk?: boolean
  readonly depth?: number | undefined
}

const variants: readonly Variant[] = [
  {
    id: 'atelier-off',
    label: 'Atelier, telemetry off',
    config: { otel: false, performance: false },
    depth: DEEP,
  },
  {
    id: 'atelier-otel-api',
    label: 'Atelier, OTel API without SDK',
    config: { performance: false },
    depth: DEEP,
  },
  { id: 'atelier-timing', label: 'Atelier, User Timing', config: { otel: false }, depth: DEEP },
  {
    id: 'atelier-sdk',
    label: 'Atelier, OTel SDK recording',
    config: { performance: false },
    hasSdk: true,
    depth: DEEP,
  },
  { id: 'atelier-all', label: 'Atelier, all telemetry on', config: {}, hasSdk: true, depth: DEEP },
  { id: 'atelier-default', label: 'Atelier, default options (short queue, block)' },
]

export const atelier: readonly Contestant[] = variantsOf(createTaskRuntime, startWorker)

/** The contestants of one build of Atelier. */
export function variantsOf(create: typeof createTaskRuntime, worker: () => Worker): readonly Contestant[] {
  return variants.map(({ id, label, config = {}, hasSdk = false, depth }) => ({
    id,
    label,
    open: (settings) => {
      const sdk = hasSdk ? recordingSdk() : undefined
      const otel = sdk ? { otel: { tracer: sdk.tracer, meter: sdk.meter } } : {}
      const options = { maxQueueDepth: depth, worker }
      const session = openAtelier({ ...config, ...otel }, settings, options, create)
      if (!sdk) return session
      return {
        ...session,
        settle: async () => {
          await session.settle()
          await sdk.flush()
        },
        close: async () => {
          await session.close()
          await sdk.shutdown()
          if (sdk.exported() === 0) throw new Error('the SDK has seen no span')
        },
      }
    },
  }))
}

/** A session over a separate runtime. */
export function openAtelier(
  config: RuntimeConfig,
  { workers, eager = false }: SessionSettings,
  options: Partial<TaskConfig<AtelierApi>> = {},
  create: typeof createTaskRuntime = createTaskRuntime,
): Session & Required<Pick<Session, 'settle'>> {
  const runtime = create(config)
  const task = runtime.defineTask<AtelierApi>({
    type: 'parallel',
    taskId: 'bench',
    maxWorkers: workers,
    init: eager ? 'eager' : 'lazy',
    worker: startWorker,
    ...options,
  })
  const moving = task.with({ transfer: 'auto' })
  return {
    echo: (value) => task.echo(value),
    echoObject: (value) => task.echoObject(value),
    swap: (buffer) => moving.swap(buffer),
    work: (ms, buffer) => moving.work(ms, buffer),
    spin: (ms) => task.spin(ms),
    sleep: (ms) => task.sleep(ms),
    hold: (flag) => task.hold(flag),
    abortable: (signal) => {
      const abortable = task.with({ signal })
      return (value) => abortable.echo(value)
    },
    // The timeline is the page's: who clears a measure pays for all that others have left in it.
    settle: async () => runtime.clearMeasures(),
    close: () => {
      runtime.clearMeasures()
      runtime.dispose()
    },
  }
}
