/** Writes the calls that a turn gave to a worker. Calls handed ahead are claimed. Small calls share a message, others get their own, in order. */
import { type BatchObjects, fitsBatch, packRows, type Rows } from '../wire/batchable.ts'
import { type Call, COPIED, SPENT } from '../call/call.ts'
import { type Post, postValue } from '../wire/post.ts'
import { Refusal } from '../wire/refusal.ts'
import {
  CALL_STRIDE,
  CALLS,
  type CallsMessage,
  META_SHIFT,
  TRANSFER_RESULT,
  WANTS_EVERY,
  WANTS_PROGRESS,
  WANTS_START,
} from '../wire/protocol.ts'
import { takeCallbacks } from './callbacks.ts'
import type { ChannelOwner, ChannelSettings } from './channel-owner.ts'
import type { Claims } from './claims.ts'
import { KeptCopies, planOf, restoreArgs } from './kept-copies.ts'
import type { WorkerChannel } from './worker-channel.ts'
import { warnOfLargeClone } from '../wire/large-clones.ts'
import { mayTransfer } from '../wire/transferables.ts'

/** Most calls in one message: a worker reads a message whole before it starts the first of its calls. */
const MOST_CALLS = 512

/** The flags that {@link CallBatch.add} is given. */
const CHANNEL_FLAGS = WANTS_START | WANTS_PROGRESS

/** What happens to calls that are not sent. */
export interface BatchEvents {
  /** `culprit`: the part at fault, in the form of `findUnclonable`. */
  unsent(call: Call, culprit: string, cause: unknown): void
  /** Called before something that cannot be cloned is transferred; true takes the call back. */
  keepsBack(call: Call): boolean
  /** Whether the page keeps a copy of what is transferred, because the call may have to be sent again. */
  keepsCopy(call: Call): boolean
}

export class CallBatch {
  private message = newMessage()
  private calls: Call[] = []
  /** The index that the worker gave each method, by name. */
  private readonly indexes = new Map<string, number>()
  private objects: BatchObjects = new Set()
  private readonly copies = new KeptCopies()
  private readonly post: Post
  private readonly events: BatchEvents

  /** While signs of life are required, progress counts as one, even if no caller reads it. */
  private readonly wantsProgress: boolean

  constructor(post: Post, wantsProgress: boolean, events: BatchEvents) {
    this.post = post
    this.wantsProgress = wantsProgress
    this.events = events
  }

  /** The methods that the worker has, in its order. */
  setMethods(names: readonly string[]): void {
    for (const [index, name] of names.entries()) this.indexes.set(name, index)
  }

  hasMethod(name: string): boolean {
    return this.indexes.has(name)
  }

  /** Accepts a call of a method that the worker has; `flags` are the wire flags that the channel sets. */
  add(call: Call, flags: number): void {
    const method = this.indexes.get(call.method) as number
    if (call.payload === COPIED) restoreArgs(call)
    if (this.wantsProgress) flags |= WANTS_PROGRESS
    if (this.fits(call)) {
      write(this.message, call, method, flags)
      if (this.calls.push(call) >= MOST_CALLS) this.flush()
    } else {
      // Order is kept: earlier calls are posted first.
      this.flush()
      this.sendAlone(call, method, flags)
    }
  }

  flush(): void {
    const { message, calls } = this
    // Also for a call that did not fit in the end.
    if (this.objects.size > 0) this.objects = new Set()
    if (calls.length === 0) return
    this.message = newMessage()
    this.calls = []
    try {
      this.post(messageOf(message))
    } catch {
      // One value that cannot be cloned (a proxy looks like plain data) must not fail the other calls.
      for (const [index, call] of calls.entries()) {
        const flags = message.rows[index * CALL_STRIDE + 2] as number
        this.sendAlone(call, this.indexes.get(call.method) as number, flags & CHANNEL_FLAGS)
      }
    }
  }

  private fits(call: Call): boolean {
    const { args, transfer } = call
    if (transfer !== undefined && mayTransfer(transfer, args)) return false
    for (let index = 0; index < args.length; index++) {
      if (!fitsBatch(args[index], this.objects)) return false
    }
    return true
  }

  private sendAlone(call: Call, method: number, flags: number): void {
    const message = newMessage()
    write(message, call, method, flags)
    const found = takeCallbacks(call)
    if (found) {
      message.values.splice(0, found.args.length, ...found.args)
      this.postWithTransfer(call, [...messageOf(message), found.callbacks], found.args)
    } else this.postWithTransfer(call, messageOf(message), call.args)
  }

  /** `args`: as they are in the message. */
  private postWithTransfer(call: Call, message: CallsMessage, args: readonly unknown[]): void {
    const { transfer } = call
    try {
      const keepsCopy =
        transfer !== undefined && mayTransfer(transfer, call.args) && this.events.keepsCopy(call)
      const plan = keepsCopy && planOf(transfer, call.args)
      const copy = keepsCopy && !plan ? copyOf(call.args) : null
      if (keepsCopy && !plan && copy === null && this.events.keepsBack(call)) return
      // Whatever the post throws: a call that has lost nothing is still complete.
      if (plan) this.copies.keep(call, plan)
      const outcome = postValue(this.post, message, args, 'args', transfer, () => this.events.keepsBack(call))
      if (outcome === 'moved') call.payload = plan || copy !== null ? COPIED : SPENT
      if (outcome === 'moved' && copy !== null) call.args = copy
      if (outcome === 'cloned' && transfer === undefined)
        warnOfLargeClone(
          'arguments',
          `${call.taskId}.${call.method}`,
          call.args,
          "task.with({ transfer: 'auto' })",
        )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.events.unsent(call, error.culprit, error.cause)
    }
  }
}

/** Where it goes, and who learns the result. */
interface Destination {
  readonly channel: WorkerChannel
  readonly settings: ChannelSettings
  readonly owner: ChannelOwner<WorkerChannel>
  readonly claims: Claims
  readonly post: Post
}

export class OutgoingCalls implements BatchEvents {
  private readonly to: Destination
  private readonly batch: CallBatch
  /** The claim for everything handed ahead in this turn, if locks make claims. */
  private turnClaim = 0

  constructor(to: Destination) {
    this.to = to
    this.batch = new CallBatch(to.post, to.settings.wantsProgress, this)
  }

  /** The methods that the worker has, in its order. */
  setMethods(names: readonly string[]): void {
    this.batch.setMethods(names)
  }

  /** @see BatchEvents */
  unsent(call: Call, path: string, cause: unknown): void {
    this.to.owner.unsendable(this.to.channel, call, 'clone-args', path, cause)
  }

  /** @see BatchEvents */
  keepsBack(call: Call): boolean {
    if (!this.keepsCopy(call)) return false
    call.holdsUnclonable = true
    this.to.owner.takenBack(this.to.channel, [call])
    return true
  }

  /** @see BatchEvents */
  keepsCopy(call: Call): boolean {
    return !this.to.settings.movesAhead && call.list === this.to.channel.ahead
  }

  /** Posts what the worker was given in this turn. */
  flush(): void {
    const { channel, owner } = this.to
    if (channel.state !== 'ready' || channel.outbox.size === 0) return
    const runs = [...channel.outbox]
    channel.outbox.clear()
    owner.turn(() => {
      let keepsRest = false
      this.turnClaim = 0
      const sent: [call: Call, isNext: boolean][] = []
      for (const run of runs) {
        const call = channel.held.get(run)
        if (call === undefined) continue
        // Later calls must not overtake one that was kept back.
        if (keepsRest && call.list === channel.ahead) {
          owner.takenBack(channel, [call])
          continue
        }
        if (!this.batch.hasMethod(call.method)) {
          owner.unknown(channel, call)
          continue
        }
        sent.push([call, this.write(call)])
        keepsRest ||= call.holdsUnclonable && call.place !== channel
      }
      this.batch.flush()
      for (const [call, isNext] of sent) if (call.place === channel) owner.posted(channel, call, isNext)
    })
  }

  /** Writes one call; true when nothing else can be ahead of it on the worker. */
  private write(call: Call): boolean {
    const { channel, settings, claims } = this.to
    const isAhead = call.list === channel.ahead
    const isShared = settings.shared !== undefined
    const isNext = !isShared && !isAhead && (channel.slots === 1 || channel.posted === 0)
    const wantsStart = isShared || (channel.slots > 1 && !isNext)
    // Shared memory also shows whether a call that holds a slot had begun when its worker died.
    if (isAhead || (wantsStart && claims.words !== null)) this.claim(call)
    channel.posted++
    call.isPosted = true
    this.batch.add(call, wantsStart ? WANTS_START : 0)
    return isNext
  }

  /** From now on, both sides have to claim the call. With locks, all calls handed ahead in one turn share a claim. */
  private claim(call: Call): void {
    call.claim = this.turnClaim || this.to.claims.open()
    if (this.to.claims.words === null) this.turnClaim = call.claim
  }
}

/** Null if there is none, because something cannot be cloned or is at fault; the post will find out. */
function copyOf(args: readonly unknown[]): readonly unknown[] | null {
  try {
    return structuredClone(args)
  } catch {
    return null
  }
}

interface Columns {
  readonly rows: number[]
  readonly values: unknown[]
  readonly metas: unknown[]
}

function newMessage(): Columns {
  return { rows: [], values: [], metas: [] }
}

function messageOf({ rows, values, metas }: Columns): [typeof CALLS, Rows, unknown[], unknown[]] {
  return [CALLS, packRows(rows), values, metas]
}

function write({ rows, values, metas }: Columns, call: Call, method: number, flags: number): void {
  const { args, options, telemetry } = call
  call.isPosted = true
  // A call that joins the run later may need progress, too.
  const isShared = call.key !== undefined && options.keyMode === 'dedupe'
  if (isShared || options.onProgress !== undefined) flags |= WANTS_PROGRESS
  if (options.progressEvery) flags |= WANTS_EVERY
  if (options.transferResult) flags |= TRANSFER_RESULT
  // Counted when it starts.
  const attempt = call.attempt + 1
  const { key, room } = call
  const tracestate = telemetry?.tracestate
  const fields =
    room > 0 ? 5 : tracestate !== undefined ? 4 : key !== undefined ? 3 : attempt > 1 ? 2 : telemetry ? 1 : 0
  flags |= fields << META_SHIFT
  rows.push(call.runId, method, flags, args.length, call.claim)
  for (let index = 0; index < args.length; index++) values.push(args[index])
  // The fields of a CallMeta, in its order.
  if (fields > 0) metas.push(telemetry?.traceparent)
  if (fields > 1) metas.push(attempt)
  if (fields > 2) metas.push(key)
  if (fields > 3) metas.push(tracestate)
  if (fields > 4) metas.push(room)
}
