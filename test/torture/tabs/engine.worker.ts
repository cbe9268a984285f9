/** The engine of a round: before a handler does anything, and when it has ended, the driver knows, whatever becomes of the process. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'

const engine = crypto.randomUUID()
const running = new Set<string>()
let mail = ''

let notes = 0

/** Not later than the call that it tells of: it waits for the answer. */
function note(question: string, id: string): void {
  const body = JSON.stringify({ engine, id, number: ++notes })
  try {
    post(question, body)
  } catch {
    // Where the page leaves, its network is gone before this worker is: nothing more is to be heard from here.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000)
    // Where its process was stopped while it waited for the answer, the request is lost, and the driver may have had it.
    post(question, body)
  }
}

function post(question: string, body: string): void {
  const request = new XMLHttpRequest()
  request.open('POST', `${mail}/${question}`, false)
  request.send(body)
}

async function noted<Result>(id: string, handler: () => Promise<Result> | Result): Promise<Result> {
  running.add(id)
  note('starts', id)
  try {
    return await handler()
  } finally {
    running.delete(id)
    note('ends', id)
  }
}

const handlers = {
  quick: (id: string) => noted(id, () => id),
  throws: (id: string) =>
    noted(id, () => {
      throw new RangeError(id)
    }),
  slow(id: string, turns: number) {
    const { pause, beat } = taskContext()
    return noted(id, async () => {
      for (let turn = 0; turn < turns; turn++) {
        beat()
        await pause()
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return id
    })
  },
  /** Until it is aborted, and never silent. */
  hang(id: string) {
    const { signal, beat } = taskContext()
    return noted(id, async () => {
      while (!signal.aborted) {
        beat()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      signal.throwIfAborted()
      return id
    })
  },
  async *stream(id: string, items: number) {
    running.add(id)
    note('starts', id)
    try {
      for (let item = 0; item < items; item++) {
        if (item % 8 === 7) await new Promise((resolve) => setTimeout(resolve, 1))
        yield `${id}:${item}`
      }
    } finally {
      running.delete(id)
      note('ends', id)
    }
  },
  asks: (id: string, ask: (id: string) => Promise<string> | string) => noted(id, () => ask(id)),
  size: (id: string, buffer: ArrayBuffer) => noted(id, () => `${id}:${buffer.byteLength}`),
  /** What runs now, for whom the engine is asked by: nothing of pages that are gone. */
  running: () => ({ engine, ids: [...running] }),
}

createTaskWorker(handlers, {
  async setup(data: string) {
    mail = data
    // A page that comes meanwhile waits with the others.
    await new Promise((resolve) => setTimeout(resolve, 10))
    note('begins', '')
  },
  checkpoint: () => note('saves', ''),
})
export type EngineApi = typeof handlers
