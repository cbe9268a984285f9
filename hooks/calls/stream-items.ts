/** Collects the items of a stream in one buffer, and copies them only for a render. */
import type { TaskCall, TaskPriority, TaskStream } from '../../src/index.ts'
import type { CallEars } from './call-run.ts'

/** A point in a stream. It does not change while the buffer grows. */
export class StreamProgress<Item> {
  private readonly buffer: readonly Item[]
  private readonly start: number
  private readonly end: number
  /** The newest value that the handler gave to `progress`. */
  readonly value: unknown

  constructor(buffer: readonly Item[], limit: number, value: unknown) {
    this.buffer = buffer
    this.end = buffer.length
    this.start = Math.max(0, buffer.length - limit)
    this.value = value
  }

  items(): readonly Item[] {
    return this.buffer.slice(this.start, this.end)
  }
}

/** The outcome of a stream. */
export interface StreamEnd<Item, End> {
  readonly progress: StreamProgress<Item>
  /** What the generator returned. */
  readonly result: End
}

/** Reads a stream to its end, as one call whose progress is the items so far. */
export function collect<Item, End>(
  open: (ears: Pick<CallEars, 'progress' | 'start'>) => TaskStream<Item, End>,
  limit: number,
  ears: CallEars,
): TaskCall<StreamEnd<Item, End>> {
  let buffer: Item[] = []
  let value: unknown
  const tell = () => ears.progress(new StreamProgress(buffer, limit, value))
  const stream = open({
    start: ears.start,
    progress: (newest) => {
      value = newest
      tell()
    },
  })

  const read = async (): Promise<StreamEnd<Item, End>> => {
    for (;;) {
      const step = await stream.next()
      if (step.done) return { progress: new StreamProgress(buffer, limit, value), result: step.value }
      // A new buffer from time to time, because readers of the old one count from its beginning.
      if (buffer.length > limit * 2) buffer = limit > 0 ? buffer.slice(-limit) : []
      buffer.push(step.value)
      ears.item(step.value)
      tell()
    }
  }
  const { callId, admitted } = stream
  return Object.assign(read(), {
    callId,
    admitted,
    abort: (reason?: unknown) => stream.abort(reason),
    setPriority: (priority: TaskPriority) => stream.setPriority(priority),
  })
}
