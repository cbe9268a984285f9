/** The engine that pages share: it keeps what they put, and counts what it runs. */
import { createTaskWorker, emit, taskContext } from 'atelier-react/worker'
import { Money, money } from '../fixtures/codecs.ts'

const kept = new Map<string, unknown>()
const runs = new Map<string, number>()
let aborted = 0

let saving = 0
let savedAtOnce = 0
/** In the order in which they ran. */
const order: string[] = []

const handlers = {
  put(key: string, value: unknown) {
    kept.set(key, value)
    emit('put', key)
    return kept.size
  },
  get: (key: string) => kept.get(key),
  /** Runs until it is aborted. */
  async hang(name: string) {
    runs.set(name, (runs.get(name) ?? 0) + 1)
    const { signal } = taskContext()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    aborted++
    signal.throwIfAborted()
  },
  aborted: () => aborted,
  runs: (name: string) => runs.get(name) ?? 0,
  /** Takes a few turns, so that pages come in between. */
  async slowly(value: number) {
    const { pause } = taskContext()
    for (let turn = 0; turn < 3; turn++) await pause()
    return value
  },
  *upTo(count: number) {
    for (let item = 0; item < count; item++) yield item
  },
  /** Notes that it ran, in a turn that others have to wait for. */
  async inTurn(name: string) {
    order.push(name)
    await new Promise((resolve) => setTimeout(resolve, 1))
  },
  order: () => order.splice(0),
  double: (given: Money) => new Money(given.cents * 2),
  async report(steps: number) {
    const { progress, pause, span } = taskContext()
    for (let step = 1; step <= steps; step++) {
      progress(step)
      await span('step', () => pause())
    }
    return steps
  },
  savedAtOnce: () => savedAtOnce,
  /** Work of so many milliseconds, of which nothing is heard. */
  quietly: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  /** Runs on, silent: only its engine's end ends it. */
  silent: () => new Promise(() => {}),
  size: (buffer: ArrayBuffer) => buffer.byteLength,
  fail() {
    throw new RangeError('as asked')
  },
  async twice(double: (value: number) => number | Promise<number>) {
    return await double(await double(1))
  },
}

createTaskWorker(handlers, {
  /** Takes so long. */
  setup: (ms: number | undefined) => ms && new Promise((resolve) => setTimeout(resolve, ms)),
  async checkpoint() {
    savedAtOnce = Math.max(savedAtOnce, ++saving)
    await new Promise((resolve) => setTimeout(resolve, 20))
    saving--
  },
  codecs: [money],
})
export type EngineApi = typeof handlers
