/** A task over the fault worker, and what a test needs to know of its calls. */
import {
  AtelierError,
  type CallOf,
  createTaskRuntime,
  type Task,
  TaskCloneError,
  type TaskConfig,
} from 'atelier-react/core'
import { onTestFinished } from 'vitest'
import type { Ask, FaultApi, HandlerFault } from './faults.worker.ts'

export interface Bench {
  readonly task: Task<FaultApi>
  /** Every worker that the factory made, in order. */
  readonly workers: Worker[]
  /** Messages of the `error` events that the workers have fired. */
  readonly errors: string[]
  /** Whether a message of a worker reaches the library. */
  lets: (data: unknown, worker: Worker) => boolean
}

/** Makes the nth worker of a task. */
export type MakeWorker = (nth: number) => Worker

export const goodWorker: MakeWorker = () =>
  new Worker(new URL('./faults.worker.ts', import.meta.url), { type: 'module' })

/** One worker that runs one handler at a time, unless the config says otherwise. */
export function openBench(config: Partial<TaskConfig<FaultApi>>, makeWorker: MakeWorker = goodWorker): Bench {
  const runtime = createTaskRuntime()
  const isOver = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  onTestFinished(() => {
    Atomics.store(isOver, 0, 1)
    runtime.dispose()
  })
  const worker = (): Worker => {
    const made = makeWorker(bench.workers.length)
    bench.workers.push(made)
    // Before the library listens, so that a message can be kept from it.
    made.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (!bench.lets(event.data, made)) event.stopImmediatePropagation()
    })
    made.addEventListener('error', (event) => {
      bench.errors.push(event.message)
      // The library reports it; the page need not do so a second time.
      event.preventDefault()
    })
    made.postMessage(isOver)
    return made
  }
  const task = runtime.defineTask<FaultApi>({
    type: 'parallel',
    taskId: 'faults',
    maxWorkers: 1,
    abortGraceMs: 50,
    worker,
    ...config,
  })
  const bench: Bench = { task, workers: [], errors: [], lets: () => true }
  return bench
}

/** How a call ended, as the table writes it. */
export interface Ending {
  readonly gets: string
  readonly path?: string
}

export async function endingOf(result: PromiseLike<unknown>): Promise<Ending> {
  try {
    const value = await result
    return { gets: value === 'value' ? 'value' : `unexpected ${String(value)}` }
  } catch (error) {
    if (error instanceof TaskCloneError) return { gets: `TaskCloneError ${error.code}`, path: error.path }
    if (error instanceof AtelierError) return { gets: `${error.constructor.name} ${error.code}` }
    return { gets: error instanceof Error ? error.constructor.name : String(error) }
  }
}

/** Calls `run(fault)`; `started` resolves when its handler has begun. */
export function start(task: Task<FaultApi>, fault: HandlerFault, ask?: Ask) {
  let onProgress: () => void = () => {}
  const started = new Promise<void>((resolve) => {
    onProgress = resolve
  })
  return { call: task.with({ onProgress }).run(fault, ask), started }
}

/** A stream that is read to its end. */
export interface Reading {
  readonly stream: CallOf<FaultApi, 'stream'>
  /** Resolves when the third item has been read. */
  readonly third: Promise<void>
  /** Gives `value` when all four items have come; rejects with the stream's error when it came after three. */
  readonly result: Promise<unknown>
}

export function read(task: Task<FaultApi>, fault: HandlerFault, ask?: Ask): Reading {
  const stream = task.stream(fault, ask)
  const items: unknown[] = []
  let onThird: () => void = () => {}
  const third = new Promise<void>((resolve) => {
    onThird = resolve
  })
  const readAll = async (): Promise<unknown> => {
    try {
      for await (const item of stream) {
        items.push(item)
        if (items.length === 3) onThird()
      }
    } catch (error) {
      onThird()
      if (String(items) === '1,2,3') throw error
      return `items ${String(items)}, then ${String(error)}`
    }
    onThird()
    return String(items) === '1,2,3,value' ? 'value' : `items ${String(items)} and an end`
  }
  return { stream, third, result: readAll() }
}
