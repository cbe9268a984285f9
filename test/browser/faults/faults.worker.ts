/** A worker whose handlers meet each fault when they are told to. */
import { type Callback, createTaskWorker, emit, taskContext, type TaskContext } from 'atelier-react/worker'
import { junkForPage } from './junk.ts'
import { lastBuffer } from './last-buffer.ts'

/** What happens in a handler; what else happens is the page's doing. */
export type HandlerFault =
  | 'go'
  | 'never'
  | 'throw'
  | 'reject'
  | 'timer'
  | 'detached'
  | 'close'
  | 'loop'
  | 'value'
  | 'badResult'
  | 'deepResult'
  | 'hostileResult'
  | 'badProgress'
  | 'hugeResult'
  | 'lostResult'
  | 'foreign'
  | 'ask'
  | 'flood'

const scope = globalThis as unknown as {
  postMessage(message: unknown): void
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void
  close(): void
}

/** Whether the page has said go, past the library, as a foreign message: it may come before a handler waits for it. */
const gone = new Promise<void>((resolve) => {
  scope.addEventListener('message', ({ data }) => {
    if (data === 'go') resolve()
  })
})
const go = () => gone
/** The page's word that the test is over: Chromium takes two seconds to kill a loop, on a core that others need. */
let isOver: Int32Array | undefined
scope.addEventListener('message', ({ data }) => {
  if (data instanceof Int32Array) isOver = data
})
const testIsOver = () => isOver !== undefined && Atomics.load(isOver, 0) === 1
const never = () => new Promise<never>(() => {})
/** Resolves when the scope has been told of an error that nobody has caught. */
const uncaught = (type: 'error' | 'unhandledrejection') =>
  new Promise<void>((resolve) => scope.addEventListener(type, () => resolve()))

function nested(levels: number): unknown[] {
  let value: unknown[] = []
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

/** The value that is hostile to its reader: a getter throws. */
const hostile = (name: string) =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new EvalError('read on purpose')
    },
  })

/** What the page is asked. */
export type Ask = Callback<() => unknown>

/** Meets the fault; `hostileName` is what a hostile value has a getter for. */
function meet(fault: HandlerFault, context: TaskContext, hostileName: string, ask?: Ask): unknown {
  switch (fault) {
    case 'throw':
      throw new TypeError('thrown on purpose')
    case 'reject':
      return Promise.reject(new RangeError('rejected on purpose'))
    case 'close':
      scope.close()
      return never()
    case 'never':
      return never()
    case 'loop':
      while (!testIsOver());
      return 'killed too late'
    case 'badResult':
      return { nested: { handler: () => 1 } }
    case 'deepResult':
      return nested(100_000)
    case 'hostileResult':
      return hostile(hostileName)
    case 'hugeResult':
      return { buffer: new ArrayBuffer(4.5 * 2 ** 30) }
    case 'lostResult':
      return lastBuffer()
    case 'timer':
      setTimeout(() => {
        throw new Error('uncaught on purpose')
      })
      return uncaught('error').then(() => 'value')
    case 'detached':
      void Promise.reject(new Error('unhandled on purpose'))
      return uncaught('unhandledrejection').then(() => 'value')
    case 'badProgress':
      // The second waits for the end of the frame, and would go out with the reply.
      context.progress('clonable')
      context.progress({ handler: () => 1 })
      return 'value'
    case 'foreign':
      for (const junk of junkForPage(Number(context.callId.slice('call-'.length)))) scope.postMessage(junk)
      return go().then(() => 'value')
    case 'ask':
      return ask?.().then(() => 'value')
    case 'flood':
      for (let n = 0; n < 50_000; n++) emit('flood', { n })
      return 'value'
    case 'go':
      return go().then(() => 'value')
    case 'value':
      return 'value'
  }
}

const handlers = {
  echo: <T>(value: T): T => value,
  /** Says that it has started, then meets the fault; a second attempt goes well. */
  run(fault: HandlerFault, ask?: Ask): unknown {
    const context = taskContext()
    if (context.attempt > 1) return 'value'
    context.progress('started')
    return meet(fault, context, 'then', ask)
  },
  /** Four items; the fault is met before the fourth, or is the fourth. */
  stream: (fault: HandlerFault, ask?: Ask) => items(fault, taskContext(), ask),
}

async function* items(
  fault: HandlerFault,
  context: TaskContext,
  ask?: Ask,
): AsyncGenerator<unknown, string, void> {
  yield 1
  yield 2
  yield 3
  yield await meet(fault, context, 'field', ask)
  return 'end'
}

createTaskWorker(handlers, {
  ...(self.name === 'cannot save' && {
    checkpoint() {
      throw new Error('the disk is full')
    },
  }),
})

export type FaultApi = typeof handlers
