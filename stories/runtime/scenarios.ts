/** What the pictures of the runtime show: each a task, some calls, and what one should see. */
import { type Task, type TaskConfig, taskOptions } from 'atelier-react'
import type { LabApi } from './lab.worker.ts'

export interface Scenario {
  readonly title: string
  /** What to look at, in a sentence or two. */
  readonly lead: string
  readonly code: string
  readonly task: TaskConfig<LabApi>
  /** Resolves when all calls have settled, to what came of them. */
  readonly run: (task: Task<LabApi>) => Promise<readonly string[]>
}

type Options = Omit<TaskConfig<LabApi>, 'worker' | 'type'>

/** The workers of the pictures, the last one to have been made first. */
const made: Worker[] = []

/** A task of the pictures. */
export function lab(options: Options): TaskConfig<LabApi> {
  return taskOptions<LabApi>({
    taskName: 'lab',
    type: 'parallel',
    maxWorkers: 2,
    ...options,
    worker: ({ name }) => {
      const worker = new Worker(new URL('./lab.worker.ts', import.meta.url), { type: 'module', name })
      made.unshift(worker)
      return worker
    },
  })
}

/** How each ended: a value, or the name of an error. */
async function endings(calls: readonly PromiseLike<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(calls)
  return settled.map((call) => (call.status === 'fulfilled' ? 'ok' : (call.reason as Error).name))
}

const tally = (ends: readonly string[]): string[] =>
  [...new Set(ends)].map((end) => `${ends.filter((other) => other === end).length} × ${end}`)

const eight = (task: Task<LabApi>) => Array.from({ length: 8 }, () => task.work(60))

const policy = (queuePolicy: NonNullable<Options['queuePolicy']>, title: string, lead: string): Scenario => ({
  title,
  lead,
  code: `taskOptions({ maxWorkers: 2, maxQueueDepth: 2, queuePolicy: '${queuePolicy}', … })`,
  task: lab({ queuePolicy, maxQueueDepth: 2 }),
  run: async (task) => tally(await endings(eight(task))),
})

export const block = policy(
  'block',
  'A full queue: block',
  'Eight calls, two workers, room for two more. The others are blocked: their callers wait, and none is lost. This is the default.',
)

export const reject = policy(
  'reject',
  'A full queue: reject',
  'The calls that find the queue full reject at once with a QueueFullError. The caller decides what to do.',
)

export const dropOldest = policy(
  'drop-oldest',
  'A full queue: drop the oldest',
  'What waits longest makes room for what has just been asked for: the newest calls run.',
)

export const dropLatest = policy(
  'drop-latest',
  'A full queue: drop the latest',
  'A call that finds no room is dropped: the oldest calls run.',
)

export const priorities: Scenario = {
  title: 'Priorities',
  lead: 'Calls of low priority come first, one of high priority last. It runs as soon as a worker is free, before all that wait.',
  code: "task.with({ priority: 'high' }).work(60)",
  task: lab({ maxWorkers: 1, maxQueueDepth: 16 }),
  run: async (task) => {
    const order: string[] = []
    const call = async (key: string, priority: 'high' | 'low') => {
      await task.with({ key, priority }).work(60)
      order.push(key)
    }
    await Promise.all([
      call('low 1', 'low'),
      call('low 2', 'low'),
      call('low 3', 'low'),
      call('high', 'high'),
    ])
    return [`The order in which they ended: ${order.join(', ')}`]
  },
}

export const latest: Scenario = {
  title: 'Keys: the latest of each wins',
  lead: 'Each call for a key supersedes the one before for the same key, as in a search box. Calls for other keys are not affected.',
  code: "task.with({ key: 'search', keyMode: 'latest' }).work(120)",
  task: lab({ maxQueueDepth: 16 }),
  run: async (task) => {
    const keys = ['search', 'search', 'search', 'other']
    return tally(await endings(keys.map((key) => task.with({ key, keyMode: 'latest' }).work(120))))
  },
}

export const serial: Scenario = {
  title: 'Keys: one after another',
  lead: 'Calls for the same key run one after another, though a second worker is free; those for another key run beside them.',
  code: "task.with({ key: 'a', keyMode: 'serial' }).work(60)",
  task: lab({ maxQueueDepth: 16 }),
  run: async (task) => {
    const keys = ['a', 'a', 'a', 'b']
    return tally(await endings(keys.map((key) => task.with({ key, keyMode: 'serial' }).work(60))))
  },
}

export const crash: Scenario = {
  title: 'A crash, and recovery',
  lead: 'A worker is killed while it works. Another takes its place, and the call that was lost runs again: its caller notices nothing.',
  code: 'taskOptions({ retry: { crash: 1 }, … })',
  task: lab({ retry: { crash: 1 }, maxQueueDepth: 16 }),
  run: async (task) => {
    let isKilled = false
    const calls = Array.from({ length: 4 }, (_, i) => {
      const onStart = () => {
        if (i !== 1 || isKilled) return
        isKilled = true
        // From outside, as a browser does that runs out of memory.
        setTimeout(() => made[0]?.terminate(), 40)
      }
      return task.with({ onStart }).work(200)
    })
    return tally(await endings(calls))
  },
}

export const endless: Scenario = {
  title: 'A loop without an end',
  lead: 'An aborted handler that does not listen has a grace period. Then its worker is replaced, and the calls behind it run.',
  code: 'taskOptions({ abortGraceMs: 200, … })\ntask.with({ signal }).spin()',
  task: lab({ maxWorkers: 1, abortGraceMs: 200, maxQueueDepth: 16 }),
  run: async (task) => {
    const controller = new AbortController()
    const onStart = () => void setTimeout(() => controller.abort(), 150)
    const loop = task.with({ signal: controller.signal, onStart, key: 'endless' }).spin()
    return tally(await endings([loop, task.work(60), task.work(60)]))
  },
}

export const stream: Scenario = {
  title: 'A stream, read slowly',
  lead: 'The generator waits for its reader: it is never more than a few items ahead. Nothing piles up, however slow the page is.',
  code: 'for await (const n of task.count(20)) …',
  task: lab({ maxWorkers: 1 }),
  run: async (task) => {
    const items: number[] = []
    const reader = task.with({ key: 'stream' }).count(20)
    for (let step = await reader.next(); !step.done; step = await reader.next()) {
      items.push(step.value)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return [`${items.length} items, in order: ${items.every((n, i) => n === i + 1) ? 'yes' : 'no'}`]
  },
}

const megabytes = 64

export const transfers: Scenario = {
  title: 'Copies and transfers',
  lead: `${megabytes} MB go to a worker twice: once copied, which the page pays for, and once transferred, which costs next to nothing. What was transferred is gone from the page.`,
  code: 'task.with({ transfer: [bytes.buffer] }).size(bytes)',
  task: lab({ maxWorkers: 1 }),
  run: async (task) => {
    await task.echo(0)
    const send = async (isTransfer: boolean) => {
      const bytes = new Uint8Array(megabytes * 1_000_000)
      const start = performance.now()
      const call = isTransfer
        ? task.with({ key: 'transfer', transfer: [bytes.buffer] }).size(bytes)
        : task.with({ key: 'copy' }).size(bytes)
      await call
      return { ms: Math.round(performance.now() - start), left: bytes.byteLength }
    }
    const copied = await send(false)
    const moved = await send(true)
    return [
      `Copied: there after ${copied.ms} ms, and still here: ${copied.left.toLocaleString('en')} bytes`,
      `Transferred: there after ${moved.ms} ms, and gone from here: ${moved.left} bytes`,
    ]
  },
}
