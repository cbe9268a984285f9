/** One page of several: the driver tells it what to call, and asks what became of it. */
import { callback, createTaskRuntime, type TaskRuntime, taskOptions, type Task } from 'atelier-react/core'
import type { EngineApi } from './engine.worker.ts'

/** What a page is to do: a call of each kind that there is. */
interface Order {
  readonly kind: 'quick' | 'throws' | 'slow' | 'hang' | 'stream' | 'asks' | 'size'
  /** Turns, items or bytes. */
  readonly size: number
  /** How often it may run again when its engine goes. */
  readonly retry: number
  readonly key?: string
}

/** What became of a call. */
interface Entry extends Order {
  readonly id: string
  wasAborted: boolean
  settled: number
  outcome: string
  message: string
}

interface Setting {
  readonly name: string
  readonly page: string
  readonly hasBroker: boolean
  readonly heartbeatMs?: number
}

const ledger = new Map<string, Entry>()
const aborts = new Map<string, AbortController>()
const uncaught: string[] = []
let runtime: TaskRuntime
let task: Task<EngineApi>
let setting: Setting
let lives = 0
let last = 0

addEventListener('error', ({ message }) => uncaught.push(message))
addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)))

function open(given: Setting): void {
  setting = given
  const { name, hasBroker, heartbeatMs } = setting
  lives++
  runtime = createTaskRuntime()
  task = runtime.defineTask(
    taskOptions<EngineApi>({
      taskName: 'engine',
      type: 'singleton',
      maxInFlight: 2,
      maxQueueDepth: 10_000,
      setupData: `${location.origin}/mail/${name}`,
      heartbeatMs,
      worker: () => new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' }),
      shared: {
        by: 'origin',
        name,
        broker: hasBroker
          ? () => new SharedWorker(new URL('./broker.ts', import.meta.url), { type: 'module' })
          : undefined,
      },
    }),
  )
}

function calls(orders: readonly Order[]): void {
  for (const order of orders) {
    const id = `${setting.page}.${lives}.${++last}`
    const entry: Entry = { ...order, id, wasAborted: false, settled: 0, outcome: 'open', message: '' }
    ledger.set(id, entry)
    const controller = new AbortController()
    aborts.set(id, controller)
    call(entry, controller.signal).then(
      (value) => settle(entry, value === expected(entry) ? 'ok' : `wrong: ${JSON.stringify(value)}`),
      (error: unknown) => settle(entry, outcomeOf(error), String(error)),
    )
  }
}

async function call({ id, kind, size, retry, key }: Entry, signal: AbortSignal): Promise<unknown> {
  const bound = task.with({ signal, retry: { crash: retry }, ...(key !== undefined && { key }) })
  switch (kind) {
    case 'slow':
      return bound.slow(id, size)
    case 'stream': {
      let items = 0
      for await (const item of bound.stream(id, size)) if (item === `${id}:${items}`) items++
      return items
    }
    case 'asks':
      return bound.asks(
        id,
        callback((asked: string) => `${asked}!`),
      )
    case 'size':
      return bound.size(id, new ArrayBuffer(size))
    default:
      return bound[kind](id)
  }
}

function expected({ id, kind, size }: Entry): unknown {
  if (kind === 'stream') return size
  if (kind === 'asks') return `${id}!`
  return kind === 'size' ? `${id}:${size}` : id
}

function outcomeOf(error: unknown): string {
  const { name, code, message } = error as Error & { code?: string }
  return name === 'RangeError' ? `threw ${message}` : typeof code === 'string' ? code : `${name}: ${message}`
}

function settle(entry: Entry, outcome: string, message = ''): void {
  entry.settled++
  Object.assign(entry, { outcome, message })
  aborts.delete(entry.id)
}

/** The nth of the calls that are open, counted round and round; of this kind, where one is named. */
function abort(nth: number, kind?: string): void {
  const unsettled = [...ledger.values()].filter(
    (entry) => entry.settled === 0 && (kind === undefined || entry.kind === kind),
  )
  for (const entry of kind === undefined
    ? unsettled.slice(nth % (unsettled.length || 1)).slice(0, 1)
    : unsettled) {
    entry.wasAborted = true
    aborts.get(entry.id)?.abort()
  }
}

const tab = {
  open,
  /** Whether it was opened before: the browser has kept it. */
  isOpen: () => lives > 0,
  calls,
  abort,
  checkpoint: () => void task.control.checkpoint().catch(() => {}),
  /** The runtime ends, and another one begins. */
  again() {
    for (const entry of ledger.values()) entry.wasAborted ||= entry.settled === 0
    runtime.dispose()
    open(setting)
  },
  shared: () => task.control.getSnapshot().shared,
  report: () => ({
    calls: [...ledger.values()],
    uncaught,
    snapshot: task.control.getSnapshot(),
    lives,
  }),
  async running() {
    return task.running()
  },
}
export type Tab = typeof tab
Object.assign(globalThis, { tab })
