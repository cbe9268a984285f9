/** One call of a random program, and the ways in which it may end. */
import type { TaskCall } from '../../../src/types/task.ts'
import { type Fate, watch } from './lab.ts'
import type { CallStep, MethodName } from './program.ts'

/** What the end of a worker may do to a call. */
export const FAULTS = ['crashed', 'poison', 'hang', 'not-replayable']
/** What a worker that does not start may do to a call. */
export const START_FAULTS = ['start-failed', 'start-timeout']
const CANCELED = ['aborted', 'superseded', 'disposed', 'closed']
const REJECTED = ['queue-full', 'dropped-latest', 'dropped-oldest', 'max-blocked']

const NATURAL: Record<MethodName, (index: number) => string[]> = {
  echo: (index) => [`ok: ${index}`],
  busy: (index) => [`ok: ${index}`],
  gate: () => ['ok: opened', 'thrown: refused'],
  deaf: () => ['ok: opened', 'thrown: refused'],
  fail: () => ['thrown: failed'],
  die: () => [],
  giveFunction: () => ['clone-result'],
  takeFunction: () => ['clone-args'],
  nope: () => ['no-method'],
}

export class Entry {
  readonly callId: string
  readonly step: CallStep
  readonly madeAt: number
  readonly fate: () => Fate
  readonly admission: () => Fate
  readonly call: TaskCall<unknown>
  readonly signal: AbortSignal | undefined
  /** Ways in which it may end. */
  readonly may: Set<string>
  /** How it ends when nothing comes between. */
  readonly natural: readonly string[]
  /** The only way in which it may have ended, once something has settled it for sure. */
  must: { readonly end: string; readonly cause?: unknown } | undefined

  constructor(
    index: number,
    step: CallStep,
    call: TaskCall<unknown>,
    signal: AbortSignal | undefined,
    madeAt: number,
  ) {
    this.callId = call.callId
    this.step = step
    this.call = call
    this.signal = signal
    this.madeAt = madeAt
    this.fate = watch(call)
    this.admission = watch(call.admitted)
    this.natural = NATURAL[step.method](index)
    this.may = new Set(this.natural)
    for (const kind of Object.keys(step.timeouts)) this.may.add(`timeout-${kind}`)
  }

  get isOpen(): boolean {
    return this.fate().status === 'open'
  }

  /** How it ended: `open`, `ok: value`, a code, or `thrown: message`. */
  get end(): string {
    const fate = this.fate()
    if (fate.status === 'open') return 'open'
    if (fate.status === 'fulfilled') return `ok: ${String(fate.value)}`
    return fate.reason.code ?? `thrown: ${fate.reason.message}`
  }

  /** The counter that its end belongs to. */
  get outcome(): 'success' | 'failure' | 'canceled' | 'rejected' {
    if (this.fate().status === 'fulfilled') return 'success'
    if (CANCELED.includes(this.end)) return 'canceled'
    return REJECTED.includes(this.end) ? 'rejected' : 'failure'
  }

  /** What is wrong with how it ended, if anything. */
  complaint(now: number): string | undefined {
    const { end, must } = this
    const said = `${this.callId} (${this.step.method}) is ${end}`
    if (must) {
      if (end !== must.end) return `${said}, it must be ${must.end}`
      const fate = this.fate()
      if ('cause' in must && fate.status === 'rejected' && fate.reason.cause !== must.cause)
        return `${said} for another reason than was given`
      return undefined
    }
    if (end === 'open') return undefined
    if (!this.may.has(end)) return `${said}, it may be ${[...this.may].join(', ')}`
    const ms = this.step.timeouts[end.replace('timeout-', '') as 'queue' | 'run' | 'total']
    if (ms != null && now < this.madeAt + ms - 1) return `${said} after ${now - this.madeAt} ms`
    return undefined
  }
}
