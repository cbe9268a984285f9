/** What a program runs in: one runtime, its tasks and their factories, telemetry, and the callbacks that operations come in by. */
import { crashOptions } from '../../setup/crash-policies.ts'
import {
  type CallEvent,
  createTaskRuntime,
  type RuntimeEvent,
  type SpanContext,
  type Task,
  type TaskConfig,
  type TaskRuntime,
  type Trace,
} from 'atelier-react/core'
import type { Op, Place, Program, SetupKind, TaskSpec, WorkerKind } from '../program/program.ts'
import type { Equipment } from '../worker/methods.ts'
import type { TortureApi } from '../worker/torture.worker.ts'
import type { Ear, SessionBook } from './conversation.ts'
import { hostile } from './hostile.ts'
import { Ledger } from './ledger.ts'
import { onPurpose } from './purpose.ts'
import { pause } from './native.ts'
import { openRig, type Rig } from './rig.ts'
// oxlint-disable-next-line import/default -- Vite makes it: the address of the built worker
import workerUrl from '../worker/torture.worker.ts?worker&url'

const START_PERILS = ['start-failed', 'start-timeout', 'crashed'] as const
export const DEATH_PERILS = [
  'crashed',
  'poison',
  'hang',
  'not-replayable',
  'start-failed',
  'start-timeout',
] as const

/** A task and what the suite knows of it. */
export interface TaskBook {
  readonly spec: TaskSpec
  readonly taskId: string
  readonly task: Task<TortureApi>
  readonly workers: Worker[]
  /** When the script of each had run: 0 before. */
  readonly upAts: Float64Array[]
  made: number
  /** How often it was asked for its `setupData`. */
  setUps: number
  isDisposed: boolean
  /** Somebody kills its workers, from outside or from inside. */
  isChaotic: boolean
  /** It was stopped, parked or disposed by the program. */
  wasStopped: boolean
  /** It has had another size than its options say. */
  wasResized: boolean
}

/** Workers that start, if not at once. */
const HARMLESS: ReadonlySet<WorkerKind> = new Set([
  'good',
  'late',
  'setupPromise',
  'setupThenable',
  'saves',
  'savesBadly',
])

/** Worlds of this page, for names that differ. */
let worlds = 0

export class World {
  readonly program: Program
  readonly ledger = new Ledger()
  readonly name = `torture-${Date.now().toString(36)}-${++worlds}`
  readonly runtime: TaskRuntime
  readonly rig: Rig | undefined
  readonly books = new Map<string, TaskBook>()
  readonly signals = new Map<string, AbortController>()
  readonly traces = new Map<string, Trace>()
  readonly events: RuntimeEvent[] = []
  readonly steps: CallEvent[] = []
  readonly ears: Ear[] = []
  /** By the names that the program gives them; and all that there were. */
  readonly sessions = new Map<string, SessionBook>()
  readonly everySession: SessionBook[] = []
  readonly releases: (() => void)[] = []
  readonly unsubscribes: (() => void)[] = []
  readonly calls = new Map<number, { abort(reason?: unknown): void }>()
  /** What reads, maps and the like do beside the calls. */
  readonly background = new Set<Promise<unknown>>()
  readonly isOver = new Int32Array(new SharedArrayBuffer(4))
  isDisposed = false
  /** Asks the driver to freeze the page for so long. */
  freeze: (ms: number) => void = () => {}
  /** Asks for a network that is gone for so long. */
  offline: (ms: number) => void = () => {}
  isOffline = false
  /** Leaves the page for another one, which comes back after so long. */
  leave: (ms: number) => void = () => {}
  /** No more hooks, and good workers only. */
  isHealed = false
  /** Milliseconds that the page was blocked on purpose. */
  blockedMs = 0
  run: (op: Op) => void = () => {}
  private readonly touches = new Map<Place, number>()

  constructor(program: Program) {
    this.program = program
    const { otel, broken, performance, marks, retain, sampleRate, events, tasks, maxConcurrency } =
      program.world
    this.rig = otel === 'off' ? undefined : openRig(this.touchTelemetry(broken))
    this.runtime = createTaskRuntime({
      name: this.name,
      otel: this.rig ? { tracer: this.rig.tracer, meter: this.rig.meter } : false,
      performance: performance
        ? { marks: marks ?? false, keepMeasures: retain ?? Number.POSITIVE_INFINITY }
        : false,
      ...(sampleRate !== undefined && { sampleRate }),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    })
    if (events) {
      this.runtime.subscribeEvents((event) => {
        this.events.push(event)
        if (event.kind === 'call') return
        const kind = event.kind === 'histogram' ? 'gauge' : event.kind
        this.touch(`event.${kind}`)
      })
    }
    if (program.world.steps) {
      const listener = (event: RuntimeEvent) => {
        if (event.kind === 'call') this.steps.push(event)
        this.touch('event.call')
      }
      this.runtime.subscribeEvents(listener, { kinds: ['call'] })
    }
    for (const spec of tasks) this.define(spec)
  }

  /** A callback of the user's runs: what the program wants to happen in it happens now. */
  touch(place: Place): void {
    if (this.isHealed) return
    const nth = (this.touches.get(place) ?? 0) + 1
    this.touches.set(place, nth)
    for (const hook of this.program.world.hooks) if (hook.on === place && hook.nth === nth) this.run(hook.run)
  }

  /** A callback of a call runs. */
  reenter(ops: readonly Op[]): void {
    if (!this.isHealed) for (const op of ops) this.run(op)
  }

  signal(name: string): AbortController {
    let controller = this.signals.get(name)
    if (!controller) this.signals.set(name, (controller = new AbortController()))
    return controller
  }

  /** A trace by its name, or a hostile one. */
  traceNamed(name: string): Trace | { spanContext: SpanContext } | undefined {
    if (name === 'traceState') {
      const traceState = {
        serialize: () => {
          this.touch('traceState')
          return 'a=b'
        },
      }
      return { spanContext: { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1, traceState } }
    }
    return this.traces.get(name) ?? (hostile(name) as { spanContext: SpanContext } | undefined)
  }

  /** Calls of hooks are theirs: the ledger does not know them. */
  isUncounted({ spec }: TaskBook): boolean {
    return spec.id.startsWith('ui')
  }

  private touchTelemetry(broken: string | undefined) {
    return (name: string): void => {
      if (name.startsWith('exporter')) this.touch('exporter')
      else if (name.startsWith('tracer')) this.touch('tracer')
      else if (name.startsWith('span')) this.touch('span')
      else this.touch('meter')
      if (name === broken) throw onPurpose(`${name} is broken`)
    }
  }

  /** What `keyOf` threw: the call of which it was asked rejects with it. */
  readonly keyErrors = new Set<unknown>()

  /** The options of each method of a task that derives keys and attributes from arguments. */
  private readonly derivation = {
    keyOf: (...args: readonly unknown[]) => {
      try {
        this.touch('keyOf')
      } catch (error) {
        this.keyErrors.add(error)
        throw error
      }
      return derivedKey(args)
    },
    attributes: (...args: readonly unknown[]) => {
      this.touch('payloadAttributes')
      return { 'torture.slot': Number(args[0]), 'torture.odd': hostile('nan') as number }
    },
  }

  private define(spec: TaskSpec): void {
    const taskId = `${this.name}.${spec.id}`
    const { id, eager, warmUps: _, workers: kinds = [], derives, keyMode, setups, retry, ...others } = spec
    const { crashPolicy, crashMaxRetries, ...options } = others
    const workers: Worker[] = []
    const config: TaskConfig<TortureApi> = {
      ...options,
      ...crashOptions(crashPolicy, crashMaxRetries),
      ...(crashMaxRetries !== undefined && { maxCrashes: crashMaxRetries }),
      ...(keyMode && { defaults: { keyMode } }),
      ...(retry && { retry: { ...ofRetry(retry), ...this.asked(retry) } }),
      ...(setups && { setupData: () => this.setupData(book, setups) }),
      taskId,
      init: eager ? 'eager' : 'lazy',
      worker: () => this.worker(book, kinds),
      ...(derives && { methods: Object.fromEntries(METHODS.map((method) => [method, this.derivation])) }),
    }
    const book = {
      spec,
      taskId,
      workers,
      upAts: [],
      made: 0,
      setUps: 0,
      isDisposed: false,
      isChaotic: kinds.some((kind) => !HARMLESS.has(kind)) || setups !== undefined,
      wasStopped: false,
      wasResized: false,
    } as unknown as TaskBook & { task: TaskBook['task'] }
    if (book.isChaotic) this.ledger.endangerTask(id, ...DEATH_PERILS, ...START_PERILS)
    this.books.set(id, book)
    Object.assign(book, { task: this.runtime.defineTask<TortureApi>(config) })
  }

  private asked({ asks }: NonNullable<TaskSpec['retry']>) {
    if (!asks) return {}
    const shouldRetry = (_error: unknown, attempt: number) => {
      this.touch('shouldRetry')
      return attempt % 3 !== 0
    }
    return { shouldRetry }
  }

  private setupData(book: TaskBook, kinds: readonly SetupKind[]): unknown {
    this.touch('setupData')
    const kind = (this.isHealed ? undefined : kinds[book.setUps++]) ?? 'value'
    if (kind === 'throws') throw onPurpose('setupData')
    if (kind === 'rejects') return Promise.reject(onPurpose('setupData'))
    if (kind === 'unclonable') return { load: () => 'on purpose' }
    return kind === 'late' ? pause(50).then(() => kind) : kind
  }

  private worker(book: TaskBook, kinds: readonly WorkerKind[]): Worker {
    const kind = (this.isHealed ? undefined : kinds[book.made]) ?? 'good'
    book.made++
    try {
      this.touch('factory')
    } catch (error) {
      book.isChaotic = true
      this.ledger.endangerTask(book.spec.id, ...DEATH_PERILS, ...START_PERILS)
      throw error
    }
    if (kind === 'factoryThrows') throw onPurpose('the factory')
    if (kind === 'factoryThrowsSymbol') throw Symbol('on purpose')
    if (kind === 'factoryThrowsBare') throw Object.create(null)
    if (kind === 'garbage') return {} as Worker
    const first = book.workers[0]
    if (kind === 'same' && first) return first
    const made = this.script(kind, book)
    book.workers.push(made)
    const upAt = new Float64Array(new SharedArrayBuffer(8))
    book.upAts.push(upAt)
    const equipment: Equipment = {
      torture: {
        slots: this.ledger.slots,
        isOver: this.isOver,
        lock: `torture:${this.name}:${book.taskId}:${book.made}`,
        upAt,
      },
    }
    made.postMessage(equipment)
    if (kind === 'dead') made.terminate()
    return made
  }

  private script(kind: WorkerKind, { taskId, made }: TaskBook): Worker {
    if (kind === 'missing') return new Worker('/no-such-worker.js', { type: 'module' })
    if (kind === 'unreachable') return new Worker(lostUrl(), { type: 'module' })
    // The browser has the usual one in its cache.
    const url = this.isOffline ? `${workerUrl}?${this.name}-${made}` : workerUrl
    return new Worker(url, { type: 'module', name: `${taskId}:${kind}` })
  }
}

/** An address behind which there is nothing any more, as when the network is gone. */
function lostUrl(): string {
  const url = URL.createObjectURL(new Blob([], { type: 'text/javascript' }))
  URL.revokeObjectURL(url)
  return url
}

const ofRetry = ({ error, crash, delayMs }: NonNullable<TaskSpec['retry']>) => ({
  error,
  delayMs,
  ...(crash !== undefined && { crash }),
})

/** The methods of the worker. */
const METHODS: readonly (keyof TortureApi)[] = [
  'echo',
  'tick',
  'grow',
  'tickLater',
  'pack',
  'buffer',
  'wait',
  'poll',
  'breathe',
  'report',
  'spin',
  'deaf',
  'loop',
  'fail',
  'evil',
  'span',
  'timerThrows',
  'detached',
  'close',
  'lie',
  'mirror',
  'emits',
  'asks',
  'flaky',
  'life',
  'items',
]

/** What `keyOf` says: a few calls share keys. */
export function derivedKey(args: readonly unknown[]): string | undefined {
  const n = args[1]
  return typeof n === 'number' && n % 3 === 0 ? `derived-${n % 2}` : undefined
}
