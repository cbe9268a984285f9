/** postMessage by hand: a message for each call, and a map from ids to promises. */
import type { Contestant, Session } from '../workload.ts'
import type { HandlerName } from '../workers/handlers.ts'

export const raw: Contestant = {
  id: 'raw',
  label: 'raw postMessage + id map',
  open: ({ workers }) => {
    const lines = Array.from({ length: workers }, openLine)
    let turn = 0
    const call = <T>(name: HandlerName, argument: unknown, list?: Transferable[]): Promise<T> => {
      turn = (turn + 1) % lines.length
      return (lines[turn] as Line).call(name, argument, list) as Promise<T>
    }
    return {
      ...sessionOf(call),
      work: (ms, buffer) => call('work', [ms, buffer], [buffer]),
      close: () => {
        for (const { worker } of lines) worker.terminate()
      },
    }
  },
}

/** The methods of a session in terms of one function. */
export function sessionOf(
  call: <T>(name: HandlerName, argument: unknown, list?: Transferable[]) => PromiseLike<T>,
): Omit<Session, 'close'> {
  return {
    echo: (value) => call('echo', value),
    echoObject: (value) => call('echo', value),
    swap: (buffer) => call('swap', buffer, [buffer]),
    spin: (ms) => call('spin', ms),
    sleep: (ms) => call('sleep', ms),
    hold: (flag) => call('hold', flag),
  }
}

interface Line {
  readonly worker: Worker
  readonly call: (name: HandlerName, argument: unknown, list?: Transferable[]) => Promise<unknown>
}

function openLine(): Line {
  const worker = new Worker(new URL('../workers/raw.worker.ts', import.meta.url), { type: 'module' })
  const open = new Map<number, (value: unknown) => void>()
  let lastId = 0
  worker.onmessage = ({ data }: MessageEvent<[id: number, value: unknown]>) => {
    const resolve = open.get(data[0])
    open.delete(data[0])
    resolve?.(data[1])
  }
  return {
    worker,
    call: (name, argument, list) =>
      new Promise((resolve) => {
        const id = ++lastId
        open.set(id, resolve)
        if (list) worker.postMessage([id, name, argument], list)
        else worker.postMessage([id, name, argument])
      }),
  }
}
