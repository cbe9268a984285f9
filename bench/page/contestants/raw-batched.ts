/** postMessage by hand, with all calls of one turn to one worker in one message. */
import type { Contestant } from '../workload.ts'
import type { HandlerName } from '../workers/handlers.ts'
import { sessionOf } from './raw.ts'

export const rawBatched: Contestant = {
  id: 'raw-batched',
  label: 'raw, calls of one turn in one message',
  open: ({ workers }) => {
    const lines = Array.from({ length: workers }, () => new BatchedLine())
    let turn = 0
    const call = <T>(name: HandlerName, argument: unknown, list?: Transferable[]): Promise<T> => {
      turn = (turn + 1) % lines.length
      return (lines[turn] as BatchedLine).call(name, argument, list) as Promise<T>
    }
    return {
      ...sessionOf(call),
      close: () => {
        for (const { worker } of lines) worker.terminate()
      },
    }
  },
}

class BatchedLine {
  readonly worker = new Worker(new URL('../workers/raw-batched.worker.ts', import.meta.url), {
    type: 'module',
  })
  private readonly open = new Map<number, (value: unknown) => void>()
  private message: unknown[] = []
  private list: Transferable[] = []
  private lastId = 0

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<unknown[]>) => {
      for (let at = 0; at < data.length; at += 2) {
        const resolve = this.open.get(data[at] as number)
        this.open.delete(data[at] as number)
        resolve?.(data[at + 1])
      }
    }
  }

  call(name: HandlerName, argument: unknown, list?: Transferable[]): Promise<unknown> {
    return new Promise((resolve) => {
      const id = ++this.lastId
      this.open.set(id, resolve)
      if (this.message.length === 0) queueMicrotask(this.flush)
      this.message.push(id, name, argument)
      if (list) this.list.push(...list)
    })
  }

  private readonly flush = (): void => {
    const { message, list } = this
    this.message = []
    this.list = []
    this.worker.postMessage(message, list)
  }
}
