/** `runtime.inspect()`: every open call with its place and what it waits for, every worker, the current options. */
import { AHEAD, BLOCKED, type Call, SETTLED } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { PoolSession } from '../pool/sessions.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import type { InspectedCall, InspectedTask, InspectedWait, RuntimeInspection } from '../types/inspection.ts'
import { readTask } from './snapshot-store.ts'

/** For a waiting call. */
type Waiting = Pick<InspectedCall, 'place' | 'waitsFor'>

export function inspect(pools: readonly WorkerPool[], time: number): RuntimeInspection {
  return {
    time,
    calls: pools.flatMap((pool) => inspectCalls(pool, time)),
    workers: pools.flatMap((pool) => {
      const { taskId, workers } = readTask(pool)
      return workers.list.map((worker) => {
        const { slots, ahead, held } = pool.parts.fleet.channels.find(
          ({ index }) => index === worker.index,
        ) as (typeof pool.parts.fleet.channels)[number]
        return { ...worker, taskId, slots, ahead: ahead.size, callIds: idsOf(held.values()) }
      })
    }),
    tasks: pools.map(inspectTask),
  }
}

function inspectTask(pool: WorkerPool): InspectedTask {
  const {
    worker: _,
    calls,
    taskId: __,
    taskName: ___,
    setupData: ____,
    shared,
    stated: _____,
    policy,
    ...rest
  } = pool.parts.config
  const { error = 0, crash = 0 } = calls.defaults.retry ?? {}
  return {
    ...readTask(pool),
    options: {
      ...rest,
      ...(shared && { shared: shared.by }),
      queuePolicy: policy,
      'retry.error': error,
      'retry.crash': crash,
    },
  }
}

function inspectCalls(pool: WorkerPool, time: number): InspectedCall[] {
  const { fleet, queue, lanes } = pool.parts
  const rows: InspectedCall[] = []
  const add = (call: Call, waiting?: Waiting): void => {
    if (call.state !== SETTLED) rows.push(rowOf(call, time, waiting))
    const waitsFor: InspectedWait = { reason: 'run', callIds: [call.callId] }
    for (const joiner of call.joiners ?? []) rows.push(rowOf(joiner, time, { waitsFor }))
  }
  const inFlight: Call[] = []
  for (const { held, ahead, state } of fleet.channels) {
    const running = [...held.values()].filter((call) => call.list !== ahead)
    const callIds = idsOf(running)
    let place = 0
    for (const call of held.values()) {
      if (call.state === AHEAD) add(call, { place: place++, waitsFor: { reason: 'worker', callIds } })
      else add(call, state === 'starting' ? { waitsFor: { reason: 'worker', callIds: [] } } : undefined)
    }
    inFlight.push(...running)
  }
  const isStopped = pool.status === 'stopped'
  const callIds = isStopped ? [] : idsOf(inFlight)
  const places = new Map<unknown, number>()
  for (const call of [...queue.waitingCalls(), ...lanes.calls()]) {
    const owner = lanes.ownerFor(call)
    const isDelayed = queue.isDelayed(call)
    const bound = boundTo(call)
    const reason = owner
      ? 'key'
      : isDelayed
        ? bound === null
          ? 'retry'
          : 'worker'
        : isStopped
          ? 'task'
          : pool.parts.share?.isWaiting
            ? 'concurrency'
            : call.state === BLOCKED
              ? 'room'
              : 'slot'
    const line = owner ?? call.state
    const place = places.get(line) ?? 0
    places.set(line, place + 1)
    add(call, {
      place,
      waitsFor: {
        reason,
        callIds: owner ? [owner.callId] : isDelayed ? idsOf(bound?.held.values() ?? []) : callIds,
      },
    })
  }
  return rows
}

function rowOf(call: Call, time: number, waiting?: Waiting): InspectedCall {
  const { telemetry, enqueuedAt, admittedAt, dispatchedAt, task } = call
  const worker = (call.leader ?? call).place?.index
  const { phase } = call
  return {
    callId: call.callId,
    taskId: task.taskId,
    taskName: task.taskName,
    method: call.method,
    key: call.key,
    phase,
    ...(telemetry !== null && {
      traceId: telemetry.traceId,
      traceName: telemetry.traceName,
      spanId: telemetry.spanId,
      parentSpanId: telemetry.parentSpanId,
      createdTime: enqueuedAt,
      admittedTime: admittedAt > 0 ? admittedAt : undefined,
      startedTime: phase === 'running' ? dispatchedAt : undefined,
      ageMs: time - enqueuedAt,
    }),
    workerIndex: worker,
    attempt: call.attempt,
    ...waiting,
  }
}

/** The worker that a call of a session or a broadcast waits for. */
function boundTo({ options }: Call): WorkerChannel | null {
  const channel = (options.session as PoolSession | undefined)?.channel
  return channel?.isFull ? channel : null
}

function idsOf(calls: Iterable<Call>): string[] {
  return Array.from(calls, ({ callId }) => callId)
}
