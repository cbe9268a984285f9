/** Admits calls: each is refused, enters the queue, replaces another call, or shares its run. Also changes priorities. */
import { BLOCKED, type Call, RUNNING, STARTING } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import type { CallRelation } from '../telemetry/instrumentation.ts'
import { tellStep } from './call-steps.ts'
import type { PoolParts } from './pool-parts.ts'
import { priorityOf } from '../options/call-options.ts'
import type { TaskPriority } from '../types/task.ts'
import type { TaskService } from './task-service.ts'

/** {@link Call.admittedAt} of a call that is blocked. */
const NOT_YET = -1

/** Receives what happens to calls as they are admitted. */
export interface AdmissionNews {
  /** The run that the call shares has started. */
  tellStart(call: Call): void
  linked(call: Call, to: Call, relation: CallRelation): void
}

export class Admission {
  private readonly parts: PoolParts
  private readonly service: TaskService
  private readonly news: AdmissionNews

  constructor(parts: PoolParts, service: TaskService, news: AdmissionNews) {
    this.parts = parts
    this.service = service
    this.news = news
  }

  /** Settles a call that must not be accepted, regardless of the queue. True if it did. */
  refuse(call: Call): boolean {
    const { settlement, host, fleet, sessions } = this.parts
    const { signal } = call.options
    const { refusal } = this.service
    if (refusal !== null) {
      if (!this.service.triesAgain(host.now()))
        return settlement.settle(call, refusal.outcome, refusal.make(call))
      fleet.onProbation()
    }
    const lost = call.options.session === undefined ? null : sessions.refusal(call)
    if (lost !== null) return settlement.settle(call, 'failure', lost)
    if (signal?.aborted) return settlement.settle(call, 'canceled', failures.aborted(call, signal.reason))
    if (call.key === undefined || !host.keys.isAborted(call.key)) return false
    return settlement.settle(call, 'canceled', failures.aborted(call, host.keys.stickyReason(call.key)))
  }

  enter(call: Call): void {
    const { settlement, lanes } = this.parts
    settlement.attach(call)
    // Eviction by key comes before admission by policy.
    const entry = call.key === undefined ? 'new' : lanes.enter(call)
    if (entry === 'joined') {
      const leader = call.leader as Call
      settlement.joined(call, leader)
      if (leader.state === RUNNING) this.news.tellStart(call)
      this.news.linked(call, leader, 'joined')
    } else if (entry === 'dropped') settlement.settle(call, 'rejected', failures.keyInUse(call))
    else if (entry === 'admitted') this.admitted(call)
    else if (entry === 'new') this.offer(call)
    // It replaced another call and took its position.
    else if (call.state === BLOCKED) call.admittedAt = NOT_YET
    else this.noteAdmission(call, call.enqueuedAt)
  }

  /** Admits a call that left a shared run: it now waits for a separate run. */
  again(call: Call): void {
    call.admittedAt = NOT_YET
    this.offer(call)
  }

  /** The queue has accepted it. */
  admitted(call: Call): void {
    const { host, lanes, queue } = this.parts
    this.noteAdmission(call, call.admittedAt < 0 ? host.now() : call.enqueuedAt)
    call.onAdmitted?.()
    if (call.key === undefined || !lanes.admitted(call)) queue.makeReady(call)
  }

  /** Changes the priority of a waiting call. */
  prioritize(call: Call, priority: TaskPriority): void {
    const index = priorityOf(priority)
    const { queue, host, pumpSoon, changed } = this.parts
    const run = call.leader ?? call
    // A caller that shares a run may speed it up, but must not delay the others.
    if (run.state >= STARTING || (run !== call && index > run.options.priority)) return
    host.turn(() => {
      queue.prioritize(run, index)
      pumpSoon()
      changed()
    })
  }

  private noteAdmission(call: Call, at: number): void {
    const { host } = this.parts
    call.admittedAt = at
    if (host.seam.tellsCalls) tellStep(host, call, 'admitted', at)
  }

  private offer(call: Call): void {
    const { settlement, queue, config } = this.parts
    const admission = queue.offer(call)
    if (admission === 'blocked') call.admittedAt = NOT_YET
    else if (admission !== 'pending') {
      const limit = admission === 'max-blocked' ? config.maxBlocked : config.maxQueueDepth
      settlement.settle(call, 'rejected', failures.queueFull(call, admission, limit))
    }
  }
}
