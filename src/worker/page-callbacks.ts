/** The callbacks of one call, as its handler calls them: in order, a limited number at once, and not after the call. */
import { decodeThrown, type Encoded } from '../wire/error-codec.ts'
import { copyOfValue } from '../wire/post.ts'
import { Refusal } from '../wire/refusal.ts'
import { CALLED, type WireCallback } from '../wire/protocol.ts'
import { transferListOf } from '../wire/transfer.ts'
import { postClonable } from './post-clonable.ts'
import type { Job, PagePort } from './task-context.ts'

/** Calls of one callback that wait for their turn: a handler that awaits none of them must not fill the memory. */
const MOST_WAITING = 1_024

interface Open {
  readonly index: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  readonly promise: Promise<unknown>
}

interface Waiting extends Open {
  /** A copy of the arguments, as they were. */
  readonly args: readonly unknown[]
}

/** The open calls of one function. */
interface Line {
  room: number
  readonly waiting: Set<Waiting>
}

export class PageCallbacks {
  private readonly job: Job
  private readonly port: PagePort
  private readonly lines: Line[] = []
  private readonly open = new Map<number, Open>()
  private lastNumber = 0
  /** Why they can no longer be called. */
  private over: { readonly reason: unknown } | undefined

  /** Puts a function in place of each callback in the arguments. */
  constructor(job: Job, port: PagePort, callbacks: readonly WireCallback[]) {
    this.job = job
    this.port = port
    for (const [index, [path, credit]] of callbacks.entries()) {
      this.lines.push({ room: credit, waiting: new Set() })
      put(job.args, path, (...args: unknown[]) => this.call(index, args))
    }
  }

  /** The page has run one. */
  answered(number: number, isResult: unknown, value: unknown): void {
    const call = this.open.get(number)
    if (call === undefined) return
    this.open.delete(number)
    const line = this.lines[call.index] as Line
    line.room++
    if (isResult === true) call.resolve(value)
    else call.reject(decodeThrown(value as Encoded))
    for (const next of line.waiting) {
      if (line.room === 0) return
      line.waiting.delete(next)
      this.post(next, next.args, 'auto')
    }
  }

  /** The call is over: open callbacks get no answer, and a later use rejects. */
  end(reason: unknown): void {
    if (this.over) return
    this.over = { reason }
    const waiting = this.lines.flatMap((line) => [...line.waiting])
    for (const call of [...this.open.values(), ...waiting]) {
      // A caller that did not await it has no use for the reason either.
      call.promise.catch(() => {})
      call.reject(reason)
    }
    this.open.clear()
    for (const line of this.lines) line.waiting.clear()
  }

  private async call(index: number, args: readonly unknown[]): Promise<unknown> {
    if (this.over) throw this.over.reason
    const line = this.lines[index] as Line
    const { job } = this
    if (line.waiting.size >= MOST_WAITING) {
      throw new DOMException(
        `${MOST_WAITING} calls of a callback of "${job.method}" wait for the page: await what it returns`,
        'QuotaExceededError',
      )
    }
    const list = args.flatMap((arg) => transferListOf(arg) ?? [])
    let settle: Omit<Open, 'index' | 'promise'> | undefined
    const promise = new Promise<unknown>((resolve, reject) => {
      settle = { resolve, reject }
    })
    const open: Open = { index, promise, ...(settle as unknown as Omit<Open, 'index' | 'promise'>) }
    if (line.room > 0) this.post(open, args, list)
    else line.waiting.add({ ...open, args: this.copyOf(args, list) })
    return await promise
  }

  private copyOf(args: readonly unknown[], list: readonly Transferable[]): readonly unknown[] {
    try {
      return copyOfValue(args, 'args', list) as readonly unknown[]
    } catch (error) {
      throw refusalOf(this.job, error)
    }
  }

  private post(call: Open, args: readonly unknown[], list: readonly Transferable[] | 'auto'): void {
    const number = ++this.lastNumber
    try {
      postClonable(this.port, [CALLED, this.job.id, number, call.index, args], args, list, 'args')
      ;(this.lines[call.index] as Line).room--
      this.open.set(number, call)
    } catch (error) {
      call.reject(refusalOf(this.job, error))
    }
  }
}

/** The error of a callback that is used after its call. */
export function callIsOver(job: Job): DOMException {
  return new DOMException(
    `A callback of "${job.method}" was called after its call had settled: await it before the handler returns`,
    'InvalidStateError',
  )
}

function put(args: unknown[], path: WireCallback[0], value: unknown): void {
  let place = args as unknown as Record<string | number, unknown>
  for (const step of path.slice(0, -1)) place = place[step] as typeof place
  place[path.at(-1) as string | number] = value
}

function refusalOf(job: Job, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  if (!error.isForClone) return error.cause
  const [path, ...why] = error.culprit.split('\n')
  const said = why.join(' ') || 'cannot be cloned'
  return new DOMException(`A callback of "${job.method}": ${path} ${said}`, 'DataCloneError')
}
