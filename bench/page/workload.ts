/** The words that contestants, workloads and the runner share. */

/** What every contestant can do with its workers. */
export interface Session {
  /** Gives the number back. */
  readonly echo: (value: number) => PromiseLike<number>
  /** Gives the value back, cloned both ways. */
  readonly echoObject: (value: unknown) => PromiseLike<unknown>
  /** Gives the buffer back, transferred both ways where the contestant can. */
  readonly swap: (buffer: ArrayBuffer) => PromiseLike<ArrayBuffer>
  /** As `swap`, after so many ms of work; only where the buffer moves both ways. */
  readonly work?: (ms: number, buffer: ArrayBuffer) => PromiseLike<ArrayBuffer>
  /** Keeps the worker busy for so many ms by the clock; resolves to when that ended, in ms since the epoch. */
  readonly spin: (ms: number) => PromiseLike<number>
  /** As `spin`, but the worker sleeps: it is taken, and needs no processor. */
  readonly sleep: (ms: number) => PromiseLike<number>
  /** Keeps the worker until the flag is set. */
  readonly hold: (flag: Int32Array) => PromiseLike<number>
  /** Calls that a signal aborts, where the contestant has such a thing. */
  readonly abortable?: (signal: AbortSignal) => (value: number) => PromiseLike<number>
  /** Writes what the contestant has put off, outside of the measured time. */
  readonly settle?: () => Promise<void>
  readonly close: () => void | Promise<void>
}

export interface SessionSettings {
  readonly workers: number
  /** Start the workers at once, where the contestant has the choice. */
  readonly eager?: boolean
}

export interface Contestant {
  readonly id: string
  readonly label: string
  /** Cold: nothing is awaited, so that the start can be measured. */
  readonly open: (settings: SessionSettings) => Session
}

export type Unit = 'us' | 'ms' | 'bytes' | 'count' | 'share'

export interface Metric {
  readonly label: string
  readonly unit: Unit
  /** The case that others are divided by, in the same round. */
  readonly ratioTo?: string
}

/** One figure for each metric that was measured. */
export type Sample = Record<string, number>

/** Something that is measured again and again, in turn with its like. */
export interface Sampler {
  readonly sample: () => Promise<Sample>
  readonly close: () => void | Promise<void>
}

/** One row of a workload's table. */
export interface Case {
  readonly id: string
  readonly label: string
  readonly open: () => Promise<Sampler>
}

export interface Workload {
  readonly id: string
  readonly title: string
  /** What is done and what is counted, in a sentence or two. */
  readonly what: string
  readonly metrics: Readonly<Record<string, Metric>>
  /** Fewer rounds than asked for, where a round is long. */
  readonly mostRounds?: number
  readonly warmups?: number
  /** Run only when it is named. */
  readonly isExtra?: boolean
  readonly cases: (contestants: readonly Contestant[]) => readonly Case[]
}

export interface RunOptions {
  readonly rounds: number
  readonly warmups: number
  /** Ids; empty: all. */
  readonly contestants: readonly string[]
  /** Collect garbage before each sample. */
  readonly collect: boolean
}

export interface CaseResult {
  readonly id: string
  readonly label: string
  readonly samples: Sample[]
  /** Why it was measured no further. */
  failed?: string
}

export interface WorkloadResult {
  readonly id: string
  readonly title: string
  readonly what: string
  readonly metrics: Readonly<Record<string, Metric>>
  readonly rounds: number
  readonly cases: readonly CaseResult[]
}
