/** The worker of the torture suite: each handler notes in shared memory when it starts and ends, whatever becomes of its reply. */
import {
  type Callback,
  createTaskWorker,
  emit,
  taskContext,
  type TaskContext,
  transfer,
} from 'atelier-react/worker'
import { junkForPage } from '../../browser/faults/junk.ts'
import { bareError, evilResult, spanOf, thrown } from './evil.ts'
import {
  ALIVE,
  END,
  epochNow,
  type Equipment,
  echoOf,
  PARKED,
  SLOT_SIZE,
  START,
  sumOf,
  TRIES,
} from './methods.ts'

const scope = globalThis as unknown as {
  postMessage(message: unknown): void
  addEventListener(type: string, listener: (event: { data: unknown; preventDefault(): void }) => void): void
  close(): void
  readonly name: string
}

let slots: Float64Array | undefined
let over: Int32Array | undefined
scope.addEventListener('message', ({ data }) => {
  const { torture } = (data ?? {}) as Partial<Equipment>
  if (!torture) return
  slots = torture.slots
  over = torture.isOver
  torture.upAt[0] = epochNow()
  void navigator.locks.request(torture.lock, () => new Promise(() => {}))
})

const isOver = (): boolean => over !== undefined && Atomics.load(over, 0) === 1

function note(slot: number, place: number, value = epochNow()): void {
  if (slots) slots[slot * SLOT_SIZE + place] = value
}

/** Set when `setup` is done, which takes a while in some workers. */
let isSetUp = false

/** Runs a handler between its notes. */
function noted<T>(slot: number, run: () => T): T {
  if (!isSetUp) throw new Error('a handler runs before setup is done')
  note(slot, START)
  note(slot, END, 0)
  let isLater = false
  try {
    const result = run()
    if (result instanceof Promise) {
      isLater = true
      return result.finally(() => note(slot, END)) as T
    }
    return result
  } finally {
    if (!isLater) note(slot, END)
  }
}

/** Resolves after so long, when the program is over, or when the signal aborts, which it then throws. */
function rest(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = performance.now() + ms
    const timer = setInterval(() => {
      if (signal?.aborted !== true && !isOver() && performance.now() < end) return
      clearInterval(timer)
      if (signal?.aborted) reject(signal.reason)
      else resolve()
    }, 5)
  })
}

function spinFor(ms: number, each: () => void = () => {}): void {
  const end = performance.now() + ms
  while (performance.now() < end && !isOver()) each()
}

const life = Math.random()

// What the handlers give back again and again: a reply must show it as it was when the handler returned.
const state = { slot: -1, count: 0 }
const list: number[] = []

const handlers = {
  echo: (slot: number, n: number) => noted(slot, () => echoOf(slot, n)),
  tick: (slot: number) =>
    noted(slot, () => {
      state.slot = slot
      state.count++
      return state
    }),
  grow: (slot: number) =>
    noted(slot, () => {
      if (list.length > 3) list.shift()
      list.push(slot)
      return list
    }),
  tickLater: (slot: number) =>
    noted(slot, async () => {
      await Promise.resolve()
      state.slot = slot
      state.count++
      return state
    }),
  pack: (slot: number, load: unknown) => noted(slot, () => ({ slot, sum: sumOf(load) })),
  buffer: (slot: number, buffer: ArrayBuffer) =>
    noted(slot, () => transfer({ slot, sum: sumOf(buffer), buffer }, [buffer])),
  wait(slot: number, ms: number) {
    const { signal } = taskContext()
    return noted(slot, async () => {
      await rest(ms, signal)
      return echoOf(slot, ms)
    })
  },
  poll(slot: number, ms: number) {
    const { throwIfAborted, beat } = taskContext()
    return noted(slot, () => {
      let turns = 0
      spinFor(ms, () => {
        throwIfAborted()
        if (turns++ % 1_000 === 0) beat()
      })
      return echoOf(slot, ms)
    })
  },
  breathe(slot: number, ms: number) {
    const { throwIfAborted, pause: breathe } = taskContext()
    return noted(slot, async () => {
      const end = performance.now() + ms
      while (performance.now() < end && !isOver()) {
        await breathe()
        throwIfAborted()
      }
      return echoOf(slot, ms)
    })
  },
  /** Progress: always the same object, each time with the next number. */
  report(slot: number, count: number) {
    const { progress, signal } = taskContext()
    return noted(slot, async () => {
      const value = { slot, n: 0 }
      for (let n = 1; n <= count; n++) {
        value.n = n
        progress(value)
        if (n % 3 === 0) await rest(18, signal)
      }
      value.n = -1
      return echoOf(slot, count)
    })
  },
  spin: (slot: number, ms: number) =>
    noted(slot, () => {
      spinFor(ms)
      return echoOf(slot, ms)
    }),
  deaf: (slot: number, ms: number) =>
    noted(slot, async () => {
      await rest(ms)
      return echoOf(slot, ms)
    }),
  loop: (slot: number) =>
    noted(slot, () => {
      while (!isOver());
      return echoOf(slot, 0)
    }),
  fail: (slot: number, kind: string) => noted(slot, () => thrown(slot, kind)),
  evil(slot: number, kind: string): unknown {
    const context = taskContext()
    return noted(slot, () => evilResult(context, slot, kind))
  },
  span(slot: number, kind: string): unknown {
    const context = taskContext()
    return noted(slot, () => spanOf(context, slot, kind))
  },
  timerThrows: (slot: number) =>
    noted(slot, () => {
      setTimeout(() => {
        throw bareError('thrown in a timer')
      })
      return echoOf(slot, 1)
    }),
  detached: (slot: number) =>
    noted(slot, () => {
      void Promise.reject(bareError('nobody catches it'))
      return echoOf(slot, 1)
    }),
  /** Always the same object: an event must show the number that it had when it was emitted. */
  emits: (slot: number, count: number) =>
    noted(slot, async () => {
      const said = { slot, n: 0 }
      for (let n = 1; n <= count; n++) {
        said.n = n
        emit('said', said)
        if (n % 10 === 0) await rest(1)
      }
      said.n = -1
      return echoOf(slot, count)
    }),
  asks: (slot: number, count: number, ask: Callback<(n: number) => number | Promise<number>>) =>
    noted(slot, async () => {
      let sum = 0
      for (let n = 1; n <= count; n++) sum += await ask(n)
      return echoOf(slot, sum)
    }),
  flaky: (slot: number, failures: number) =>
    noted(slot, () => {
      const tries = (slots?.[slot * SLOT_SIZE + TRIES] ?? 0) + 1
      note(slot, TRIES, tries)
      if (tries <= failures) throw new Error(`on purpose: call ${slot}, try ${tries}`)
      return echoOf(slot, tries)
    }),
  life: (slot: number) => noted(slot, () => ({ slot, life })),
  close: (slot: number) =>
    noted(slot, () => {
      scope.close()
      return echoOf(slot, 1)
    }),
  lie(slot: number) {
    const { callId } = taskContext()
    return noted(slot, () => {
      for (const junk of junkForPage(Number(callId.slice('call-'.length)))) scope.postMessage(junk)
      return echoOf(slot, 1)
    })
  },
  /** Has no slot to note anything in: its argument is anything. */
  mirror: (value: unknown) => value,
  items(slot: number, count: number, gap: number) {
    return gap < 0 ? itemsAtOnce(slot, count) : itemsInTime(slot, count, gap, taskContext())
  },
}

/** Always the same object: an item must show the number that it had when it was yielded. */
async function* itemsInTime(
  slot: number,
  count: number,
  gap: number,
  { signal }: TaskContext,
): AsyncGenerator<unknown, number, void> {
  note(slot, START)
  try {
    const item = { slot, n: 0 }
    for (let n = 1; n <= count; n++) {
      if (gap > 0) await rest(gap, signal)
      item.n = n
      yield* parked(slot, item)
    }
    item.n = -1
    return echoOf(slot, count)
  } finally {
    note(slot, END)
  }
}

function* itemsAtOnce(slot: number, count: number): Generator<unknown, number, void> {
  note(slot, START)
  try {
    const item = { slot, n: 0 }
    for (let n = 1; n <= count; n++) {
      item.n = n
      yield* parked(slot, item)
    }
    item.n = -1
    return echoOf(slot, count)
  } finally {
    note(slot, END)
  }
}

function* parked<T>(slot: number, item: T): Generator<T, void, void> {
  note(slot, PARKED, 1)
  note(slot, ALIVE)
  yield item
  note(slot, PARKED, 0)
  note(slot, ALIVE)
}

let saved = 0
async function checkpoint(): Promise<void> {
  await rest(5)
  if (kind === 'savesBadly' && ++saved % 2 === 1) throw new Error('on purpose: the disk is full')
}

// The page tells by the name which kind of bad script it wants.
const kind = scope.name.split(':')[1] ?? 'good'
if (kind === 'throwsOnLoad') throw new Error('the script throws on purpose')
if (kind === 'late') await rest(150)
if (kind !== 'silent') {
  createTaskWorker(handlers, {
    setup(): unknown {
      if (kind === 'setupThrows') throw new Error('setup throws on purpose')
      if (kind !== 'setupPromise' && kind !== 'setupThenable') {
        isSetUp = true
        return undefined
      }
      const done = rest(60).then(() => {
        isSetUp = true
      })
      // As a promise of another realm, or of a library, looks.
      // oxlint-disable-next-line unicorn/no-thenable
      return kind === 'setupPromise' ? done : { then: done.then.bind(done) }
    },
    ...(kind.startsWith('saves') && { checkpoint }),
  })
}

export type TortureApi = typeof handlers
