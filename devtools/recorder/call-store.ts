/** The calls of a recording, in typed arrays: 20,000 calls take 3 MB, and cause no work for the garbage collector. */
import type { CallEvent, SpanEvent } from '../../src/index.ts'
import { type CallColumns, type CallRow, type CallStatus, type LaneName, STATUSES } from '../model/types.ts'
import { CallOrder } from './call-order.ts'
import { IdColumn } from './ids.ts'
import { NONE, StringTable } from './string-table.ts'

/** What is known about a call when it is made, or found open. */
export type NewCall = Pick<
  CallRow,
  'callId' | 'taskId' | 'taskName' | 'method' | 'key' | 'traceId' | 'traceName' | 'spanId' | 'parentSpanId'
>

const OUTCOMES: Readonly<Record<SpanEvent['outcome'], CallStatus>> = {
  success: 'succeeded',
  failure: 'failed',
  canceled: 'canceled',
  rejected: 'rejected',
}
/** Statuses below this one are open. */
const SETTLED = STATUSES.indexOf('succeeded')
const TEXTS = ['method', 'key', 'traceName', 'errorType', 'error'] as const
type Text = (typeof TEXTS)[number]

interface Lane extends LaneName {
  readonly taskName: string | undefined
}

export class CallStore implements CallColumns {
  readonly created: Float64Array
  readonly admitted: Float64Array
  readonly sent: Float64Array
  readonly started: Float64Array
  readonly runEnd: Float64Array
  readonly settled: Float64Array
  readonly status: Uint8Array
  readonly lane: Uint16Array
  readonly worker: Int16Array
  readonly trace: Uint32Array
  readonly lanes: Lane[] = []
  dropped = 0
  private readonly rows: Float64Array
  private readonly numbers: Uint32Array
  private readonly attempts: Uint16Array
  private readonly texts: Readonly<Record<Text, Uint32Array>>
  private readonly ids: IdColumn
  private readonly attributes: (CallRow['attributes'] | undefined)[] = []
  private readonly strings = new StringTable()
  /** A separate table, so that the numbers of traces are small. */
  private readonly traceIds = new StringTable()
  private readonly order: CallOrder
  private readonly capacity: number
  private readonly laneNumbers = new Map<string, number>()
  /** Slots of open calls, by runtime and number. */
  private readonly open = new Map<number, number>()
  private lastRow = 0

  constructor(capacity: number) {
    this.capacity = capacity
    const times = () => new Float64Array(capacity)
    this.created = times()
    this.admitted = times()
    this.sent = times()
    this.started = times()
    this.runEnd = times()
    this.settled = times()
    this.rows = times()
    this.status = new Uint8Array(capacity)
    this.lane = new Uint16Array(capacity)
    this.worker = new Int16Array(capacity)
    this.trace = new Uint32Array(capacity)
    this.numbers = new Uint32Array(capacity)
    this.attempts = new Uint16Array(capacity)
    const texts = () => new Uint32Array(capacity)
    this.texts = { method: texts(), key: texts(), traceName: texts(), errorType: texts(), error: texts() }
    this.ids = new IdColumn(capacity)
    this.order = new CallOrder(capacity)
  }

  get length(): number {
    return this.order.length
  }

  /** The size of its columns. */
  get byteLength(): number {
    const { created, admitted, sent, started, runEnd, settled, rows, status, lane, worker, numbers } = this
    const columns = [created, admitted, sent, started, runEnd, settled, rows, status, lane, worker, numbers]
    const all = [
      ...columns,
      this.trace,
      this.attempts,
      ...Object.values(this.texts),
      this.ids.bytes,
      this.order,
    ]
    return all.reduce((sum, column) => sum + column.byteLength, 0)
  }

  slotAt(rank: number): number {
    return this.order.slotAt(rank)
  }

  /** Adds a call. The oldest settled one is dropped if there is no room. */
  add(runtimeId: number, call: NewCall, time: number): number {
    const slot = this.length < this.capacity ? this.unused() : this.evict()
    for (const column of [this.admitted, this.sent, this.started, this.runEnd, this.settled])
      column[slot] = Number.NaN
    this.created[slot] = time
    this.rows[slot] = ++this.lastRow
    this.status[slot] = STATUSES.indexOf('blocked')
    this.lane[slot] = this.laneOf(runtimeId, call)
    this.worker[slot] = -1
    this.attempts[slot] = 0
    this.numbers[slot] = numberOf(call.callId)
    this.trace[slot] = this.traceIds.take(call.traceId)
    this.ids.write(slot, call.spanId, call.parentSpanId)
    this.setText('method', slot, call.method)
    this.setText('key', slot, call.key)
    this.setText('traceName', slot, call.traceName)
    this.open.set(keyOf(runtimeId, call.callId), slot)
    this.order.add(slot, (other) => time < (this.created[other] as number))
    return slot
  }

  /** The slot of an open call. */
  find(runtimeId: number, callId: string): number | undefined {
    return this.open.get(keyOf(runtimeId, callId))
  }

  /** Records a step of a call. The call is unknown if it was made before the recording began, or was dropped. */
  step(runtimeId: number, event: CallEvent): void {
    if (event.phase === 'created') {
      this.add(runtimeId, event, event.time)
      return
    }
    const slot = this.find(runtimeId, event.callId)
    if (slot === undefined) return
    this.attempts[slot] = event.attempt
    this.worker[slot] = event.workerIndex ?? -1
    switch (event.phase) {
      case 'admitted':
        this.admitted[slot] = event.time
        this.setStatus(slot, 'pending')
        break
      case 'sent':
        // It still waits until its worker reaches it.
        this.sent[slot] = event.time
        break
      case 'progressed':
        break
      case 'started':
        this.started[slot] = event.time
        this.setStatus(slot, 'running')
        break
      case 'requeued':
        this.sent[slot] = Number.NaN
        this.started[slot] = Number.NaN
        this.setStatus(slot, 'pending')
        break
      case 'settled':
        this.settled[slot] = event.time
        this.setStatus(slot, OUTCOMES[event.outcome ?? 'failure'])
    }
  }

  /** Records everything that is known about a settled call. */
  finish(runtimeId: number, span: SpanEvent): void {
    const slot = this.find(runtimeId, span.callId)
    if (slot === undefined) return
    this.open.delete(keyOf(runtimeId, span.callId))
    this.settled[slot] = span.endTime
    this.setStatus(slot, OUTCOMES[span.outcome])
    if (span.admittedTime !== undefined) this.admitted[slot] = span.admittedTime
    if (span.runStartTime !== undefined) {
      this.started[slot] = span.runStartTime
      this.runEnd[slot] = span.runStartTime + (span.runMs ?? 0)
    }
    this.worker[slot] = span.workerIndex ?? -1
    this.attempts[slot] = span.attemptCount
    this.setText('errorType', slot, span.errorType)
    this.setText('error', slot, span.error)
    this.attributes[slot] = span.attributes
  }

  /** For a call that was already open when it was found. */
  found(
    slot: number,
    status: CallStatus,
    times: Pick<CallRow, 'admittedTime' | 'startedTime' | 'workerIndex' | 'attempt'>,
  ): void {
    this.admitted[slot] = times.admittedTime ?? Number.NaN
    this.started[slot] = times.startedTime ?? Number.NaN
    this.worker[slot] = times.workerIndex ?? -1
    this.attempts[slot] = times.attempt
    this.setStatus(slot, status)
  }

  /** Ends the calls of a runtime that are open here but not in the runtime: they ended unobserved. */
  lose(runtimeId: number, open: ReadonlySet<string>, time: number): void {
    for (const slot of this.openSlots()) {
      const { callId, runtimeId: of } = this.rowAt(slot)
      if (of !== runtimeId || open.has(callId)) continue
      this.open.delete(this.keyAt(slot))
      this.settled[slot] = time
      this.setStatus(slot, 'canceled')
      this.setText('error', slot, 'it ended while nothing was recorded')
    }
  }

  rowNumberAt(slot: number): number {
    return this.rows[slot] as number
  }

  spanIdAt(slot: number): string {
    return this.ids.spanId(slot)
  }

  rowAt(slot: number): CallRow {
    const { runtimeId, taskId, taskName } = this.lanes[this.lane[slot] as number] as Lane
    return {
      row: this.rows[slot] as number,
      runtimeId,
      callId: `call-${this.numbers[slot]}`,
      taskId,
      taskName,
      method: this.textOf('method', slot) ?? '',
      key: this.textOf('key', slot),
      traceId: this.traceIds.textOf(this.trace[slot] as number) ?? '',
      traceName: this.textOf('traceName', slot),
      spanId: this.ids.spanId(slot),
      parentSpanId: this.ids.parentSpanId(slot),
      status: STATUSES[this.status[slot] as number] as CallStatus,
      createdTime: this.created[slot] as number,
      admittedTime: timeAt(this.admitted, slot),
      sentTime: timeAt(this.sent, slot),
      startedTime: timeAt(this.started, slot),
      runEndTime: timeAt(this.runEnd, slot),
      settledTime: timeAt(this.settled, slot),
      workerIndex: (this.worker[slot] as number) < 0 ? undefined : this.worker[slot],
      attempt: this.attempts[slot] as number,
      errorType: this.textOf('errorType', slot),
      error: this.textOf('error', slot),
      attributes: this.attributes[slot],
    }
  }

  /** How many calls are open, including those whose span has not arrived yet. */
  get openCount(): number {
    return this.open.size
  }

  /** The slots of open calls, oldest first. */
  openSlots(): number[] {
    return [...this.open.values()]
      .filter((slot) => (this.status[slot] as number) < SETTLED)
      .sort((a, b) => (this.rows[a] as number) - (this.rows[b] as number))
  }

  readonly traceNumber = (traceId: string): number => this.traceIds.numberOf(traceId)

  slotsOfTrace(traceId: string): number[] {
    const trace = this.traceNumber(traceId)
    const slots: number[] = []
    if (trace === NONE) return slots
    for (let rank = 0; rank < this.length; rank++) {
      const slot = this.slotAt(rank)
      if (this.trace[slot] === trace) slots.push(slot)
    }
    return slots
  }

  /** Row numbers increase with rank, except for calls that were reported late. */
  slotOfRow(row: number): number | undefined {
    for (let rank = this.length - 1; rank >= 0; rank--) {
      const slot = this.slotAt(rank)
      if (this.rows[slot] === row) return slot
    }
    return undefined
  }

  clear(): void {
    const keep = new Set(this.openSlots())
    for (let left = this.length; left > keep.size; left--) this.free.push(this.evict())
    this.dropped = 0
  }

  /** Slots that are free again after use. */
  private readonly free: number[] = []

  private unused(): number {
    return this.free.pop() ?? this.length
  }

  private evict(): number {
    const slot = this.order.evict((each) => (this.status[each] as number) < SETTLED)
    this.dropped++
    this.open.delete(this.keyAt(slot))
    for (const text of TEXTS) this.setText(text, slot, undefined)
    this.traceIds.release(this.trace[slot] as number)
    this.attributes[slot] = undefined
    return slot
  }

  private keyAt(slot: number): number {
    const { runtimeId } = this.lanes[this.lane[slot] as number] as Lane
    return runtimeId * 2 ** 32 + (this.numbers[slot] as number)
  }

  private laneOf(runtimeId: number, { taskId, taskName }: NewCall): number {
    const key = `${runtimeId} ${taskId}`
    let lane = this.laneNumbers.get(key)
    if (lane === undefined) {
      lane = this.lanes.push({ runtimeId, taskId, taskName }) - 1
      this.laneNumbers.set(key, lane)
    }
    return lane
  }

  private setStatus(slot: number, status: CallStatus): void {
    this.status[slot] = STATUSES.indexOf(status)
  }

  private setText(name: Text, slot: number, text: string | undefined): void {
    const column = this.texts[name]
    this.strings.release(column[slot] as number)
    column[slot] = this.strings.take(text)
  }

  private textOf(name: Text, slot: number): string | undefined {
    return this.strings.textOf(this.texts[name][slot] as number)
  }
}

function keyOf(runtimeId: number, callId: string): number {
  return runtimeId * 2 ** 32 + numberOf(callId)
}

/** The number in an id such as `call-12`. */
function numberOf(callId: string): number {
  return Number(callId.slice(callId.lastIndexOf('-') + 1))
}

function timeAt(column: Float64Array, slot: number): number | undefined {
  const time = column[slot] as number
  return Number.isNaN(time) ? undefined : time
}
