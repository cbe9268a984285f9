/** From the script of a worker to its readiness: the data for `setup`, its reports in that time, and what it can do at its end. */
import { type Post, postValue } from '../wire/post.ts'
import { Refusal } from '../wire/refusal.ts'
import { LOADED, PROTOCOL, SET_UP } from '../wire/protocol.ts'
import { codecMismatch, type SeenFailure, versionMismatch } from './start-error.ts'

/** What the reports of a start mean. */
export interface StartupEvents {
  readonly post: Post
  /** A sign of life. */
  alive(): void
  failed(failure: SeenFailure): void
}

export class WorkerStartup {
  /** Its script has run, and its `setup` takes the time. */
  isSettingUp = false
  /** The latest report of `setup`. */
  progress: unknown
  hasTeardown = false
  /** How long its `setup` took, in ms. */
  setupMs: number | undefined = undefined
  /** It can be asked to save its state. */
  hasCheckpoint = false
  private readonly source: unknown
  private readonly events: StartupEvents
  private data: { readonly value: unknown } | undefined
  private isAwaited = false

  /** `source`: the data of `setup`, or the function that gives it. */
  constructor(source: unknown, events: StartupEvents) {
    this.source = source
    this.events = events
  }

  /** Requests the data while the script loads. A function is user code, so no transition may be in progress. */
  ask(): void {
    const { source } = this
    if (typeof source !== 'function') {
      this.arrived(source)
      return
    }
    const failed = (cause: unknown): void => this.refuse('its setupData threw', cause)
    try {
      void Promise.resolve((source as () => unknown)()).then(this.arrived, failed)
    } catch (error) {
      failed(error)
    }
  }

  /** A message of a worker that is not ready: LOADED or SETTING_UP. */
  read(message: readonly unknown[]): void {
    this.isSettingUp = true
    if (message.length > 1) this.progress = message[1]
    this.events.alive()
    if (message[0] !== LOADED) return
    this.isAwaited = true
    this.send()
  }

  /** Reads READY: the names of the methods, unless the worker has another version of the protocol. */
  ready(
    [, version, methods, , hasTeardown, hasCheckpoint, setupMs, codecs]: readonly unknown[],
    wanted: readonly string[] = [],
  ): readonly string[] | undefined {
    const mismatch = versionMismatch(version) ?? codecMismatch(wanted, codecs)
    if (mismatch) this.events.failed(mismatch)
    if (mismatch || version !== PROTOCOL || !Array.isArray(methods)) return undefined
    this.hasTeardown = hasTeardown === true
    this.hasCheckpoint = hasCheckpoint === true
    if (typeof setupMs === 'number') this.setupMs = setupMs
    return methods as string[]
  }

  /** What is known about a start that took too long. */
  timedOut(ms: number): SeenFailure {
    const what = this.isAwaited
      ? 'no setupData'
      : this.isSettingUp
        ? 'no sign of life of its setup'
        : 'no answer'
    const seen = `${what} within ${ms} ms (startTimeoutMs)`
    return { code: 'start-timeout', seen, stage: this.isAwaited ? 'setupData' : undefined }
  }

  private readonly arrived = (value: unknown): void => {
    this.data = { value }
    // The worker waited for the data: the time of `setup` begins now.
    if (this.isAwaited) this.events.alive()
    this.send()
  }

  private send(): void {
    const { data } = this
    if (data === undefined || !this.isAwaited) return
    this.isAwaited = false
    try {
      postValue(this.events.post, [SET_UP, data.value], data.value, 'setupData', undefined)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const [path = '', why = 'cannot be cloned'] = error.culprit.split('\n')
      this.refuse(`${path} ${why}`, error.cause)
    }
  }

  private refuse(seen: string, cause: unknown): void {
    this.events.failed({ code: 'start-failed', seen, cause, stage: 'setupData' })
  }
}
