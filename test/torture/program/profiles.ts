/** What programs are about: how likely each operation and each method is, and what tasks they run on. */
import type { TortureMethod } from '../worker/methods.ts'
import type { Op, Place, Wait } from './program.ts'

export interface Profile {
  readonly ops: Readonly<Partial<Record<Op['op'], number>>>
  readonly methods: Readonly<Partial<Record<TortureMethod, number>>>
  /** Operations of a program, at least and at most. */
  readonly length: readonly [number, number]
  /** Chance that an operation follows in the same turn. */
  readonly sameTurn: number
  /** How long the others wait. */
  readonly waits?: readonly Wait[]
  readonly tasks:
    | 'pool'
    | 'singleton'
    | 'warm'
    | 'keys'
    | 'policies'
    | 'deaths'
    | 'starts'
    | 'network'
    | 'any'
    | 'hooks'
    | 'talk'
    | 'retry'
    | 'setups'
    | 'saves'
    | 'breathes'
  readonly keyed?: number
  readonly timeouts?: number
  readonly signals?: number
  readonly traces?: number
  /** Chance that a call belongs to a session. */
  readonly sessions?: number
  /** Chance that a call has an affinity. */
  readonly affinity?: number
  /** Chance that a call does something in one of its callbacks. */
  readonly callbacks?: number
  /** Callbacks of the runtime that something happens in. */
  readonly hooks?: readonly Place[]
  readonly otel?: 'real' | 'off' | 'broken' | 'mixed'
  readonly heartbeat?: boolean
}

const tiny = { echo: 6, tick: 4, grow: 3, tickLater: 2, pack: 2 } as const

const everywhere: readonly Place[] = [
  'event.span',
  'event.worker',
  'event.counter',
  'event.gauge',
  'event.trace',
  'snapshot',
  'keyOf',
  'payloadAttributes',
  'factory',
  'meter',
  'tracer',
  'span',
  'exporter',
  'traceState',
]

const conversing: readonly Place[] = ['event.call', 'taskEvent', 'callback', 'setupData', 'shouldRetry']

export const profiles = {
  /** Short calls in bursts: batches, what is handed ahead, order. */
  bursts: {
    ops: { call: 20, flood: 0.5, state: 1, flush: 1 },
    methods: tiny,
    length: [10, 60],
    sameTurn: 0.85,
    tasks: 'warm',
  },
  /** Short and long calls together: nothing waits beside a worker that idles. */
  mixed: {
    ops: { call: 20, abort: 1, snapshot: 1 },
    methods: { ...tiny, spin: 4, wait: 4, breathe: 2, report: 1 },
    length: [10, 50],
    sameTurn: 0.7,
    tasks: 'warm',
  },
  keys: {
    ops: { call: 20, abortKey: 2, clearKeys: 1, abort: 1 },
    methods: { ...tiny, wait: 8, spin: 2, deaf: 1 },
    length: [10, 40],
    sameTurn: 0.6,
    tasks: 'keys',
    keyed: 0.75,
  },
  aborts: {
    ops: { call: 16, flood: 1, abort: 6, abortSignal: 3, abortKey: 2, stream: 2, map: 1, limit: 1 },
    methods: { ...tiny, wait: 6, poll: 3, breathe: 3, spin: 3, deaf: 2 },
    length: [10, 50],
    sameTurn: 0.6,
    tasks: 'any',
    signals: 0.4,
    keyed: 0.2,
  },
  timeouts: {
    ops: { call: 16, abort: 1, block: 1 },
    methods: { echo: 4, tick: 2, wait: 6, spin: 5, poll: 2, report: 1 },
    length: [8, 30],
    sameTurn: 0.6,
    tasks: 'any',
    timeouts: 0.6,
  },
  /** The page does not answer for longer than a limit. */
  blocked: {
    ops: { call: 10, block: 3, freeze: 1, stream: 1 },
    methods: { echo: 4, tick: 2, spin: 5, wait: 2, report: 2 },
    length: [5, 16],
    sameTurn: 0.8,
    tasks: 'warm',
    timeouts: 0.4,
    heartbeat: true,
  },
  streams: {
    ops: { stream: 12, call: 4, abort: 2, abortSignal: 1 },
    methods: { ...tiny, wait: 2 },
    length: [4, 20],
    sameTurn: 0.6,
    tasks: 'any',
    signals: 0.2,
    heartbeat: true,
  },
  iterations: {
    ops: { map: 6, limit: 4, call: 3, abortSignal: 1 },
    methods: tiny,
    length: [3, 10],
    sameTurn: 0.5,
    tasks: 'any',
    signals: 0.4,
  },
  policies: {
    ops: { call: 20, abort: 2, stop: 1, start: 2 },
    methods: { ...tiny, wait: 6, spin: 2 },
    length: [15, 50],
    sameTurn: 0.7,
    tasks: 'policies',
    keyed: 0.2,
  },
  data: {
    ops: { call: 20, hostile: 2 },
    methods: { pack: 8, buffer: 6, evil: 6, fail: 6, span: 4, tick: 2, report: 2 },
    length: [8, 30],
    sameTurn: 0.6,
    tasks: 'any',
  },
  life: {
    ops: {
      call: 14,
      stop: 2,
      start: 2,
      disposeTask: 1,
      retain: 1,
      release: 1,
      subscribe: 1,
      unsubscribe: 1,
      collect: 1,
      dateJump: 1,
      trace: 1,
      endTrace: 1,
      clearMeasures: 1,
      state: 1,
      abort: 1,
      disposeRuntime: 0.3,
    },
    methods: { ...tiny, wait: 5, spin: 2, breathe: 1 },
    length: [10, 40],
    sameTurn: 0.5,
    tasks: 'any',
    traces: 0.3,
  },
  deaths: {
    ops: { call: 16, stream: 1, kill: 3, junk: 1, abort: 3, block: 0.5, freeze: 0.5, stop: 0.5, start: 1 },
    methods: { ...tiny, wait: 5, spin: 2, close: 2, loop: 1, timerThrows: 2, detached: 2, lie: 2, deaf: 1 },
    length: [8, 30],
    sameTurn: 0.5,
    tasks: 'deaths',
    timeouts: 0.2,
  },
  starts: {
    ops: { call: 16, abort: 2, start: 2, stop: 1, kill: 1 },
    methods: { ...tiny, wait: 3 },
    length: [5, 20],
    sameTurn: 0.4,
    tasks: 'starts',
  },
  /** The network goes and comes back while workers start, which they do all the time. */
  network: {
    ops: { call: 16, offline: 3, start: 2, stop: 1, abort: 1 },
    methods: { ...tiny, wait: 3, spin: 1 },
    length: [5, 20],
    sameTurn: 0.4,
    tasks: 'network',
  },
  /** The page is left for another one, and returned to. */
  away: {
    ops: { call: 12, leave: 2, stream: 1, abort: 1, start: 1, stop: 0.5, block: 0.5 },
    methods: { ...tiny, wait: 5, spin: 2, report: 2, deaf: 1 },
    length: [4, 16],
    sameTurn: 0.6,
    tasks: 'any',
    timeouts: 0.2,
  },
  lies: {
    ops: { call: 16, junk: 4, stream: 2 },
    methods: { ...tiny, lie: 6, wait: 3, report: 1, timerThrows: 1, detached: 1 },
    length: [5, 25],
    sameTurn: 0.5,
    tasks: 'any',
  },
  reentrant: {
    ops: { call: 16, abort: 2, abortKey: 1, stream: 1, stop: 1, start: 1, trace: 1, subscribe: 2, flush: 1 },
    methods: { ...tiny, wait: 5, report: 3, spin: 1 },
    length: [5, 25],
    sameTurn: 0.6,
    tasks: 'any',
    keyed: 0.3,
    signals: 0.2,
    traces: 0.2,
    callbacks: 0.4,
    hooks: everywhere,
  },
  hostile: {
    ops: { hostile: 14, call: 8 },
    methods: { ...tiny, wait: 2 },
    length: [6, 30],
    sameTurn: 0.5,
    tasks: 'any',
    traces: 0.2,
  },
  telemetry: {
    ops: { call: 16, trace: 2, endTrace: 1, abort: 1, flush: 1, clearMeasures: 1, collect: 1, dateJump: 1 },
    methods: { ...tiny, span: 6, fail: 3, wait: 2 },
    length: [6, 25],
    sameTurn: 0.6,
    tasks: 'any',
    traces: 0.5,
    otel: 'mixed',
  },
  /** Workers say things by themselves. */
  events: {
    ops: { call: 14, listen: 4, unsubscribe: 0.5, kill: 0.3, block: 0.5, stop: 0.3, start: 0.6, abort: 1 },
    methods: { emits: 8, echo: 3, wait: 3, report: 1 },
    length: [6, 24],
    sameTurn: 0.5,
    tasks: 'talk',
    hooks: conversing,
  },
  /** Handlers ask the page. */
  callbacks: {
    ops: { call: 16, abort: 2, abortSignal: 1, block: 0.5, kill: 0.3 },
    methods: { asks: 8, echo: 3, wait: 2 },
    length: [6, 24],
    sameTurn: 0.6,
    tasks: 'talk',
    signals: 0.3,
    timeouts: 0.1,
    callbacks: 0.2,
    hooks: conversing,
  },
  sessions: {
    ops: { session: 4, call: 18, endSession: 2, abort: 2, kill: 0.3, stop: 0.3, start: 0.6, ask: 0.5 },
    methods: { life: 9, echo: 2, wait: 3, fail: 1, asks: 1 },
    length: [10, 36],
    sameTurn: 0.5,
    tasks: 'talk',
    sessions: 0.7,
    callbacks: 0.1,
    hooks: conversing,
  },
  /** Calls throw, and run again. */
  retries: {
    ops: { call: 18, abort: 2, prioritize: 1, ask: 1, stop: 0.5, start: 1 },
    methods: { flaky: 9, echo: 3, wait: 2, fail: 2 },
    length: [8, 30],
    sameTurn: 0.6,
    tasks: 'retry',
    keyed: 0.2,
    timeouts: 0.1,
    callbacks: 0.1,
    hooks: conversing,
  },
  /** What `setup` is to be given fails. */
  setups: {
    ops: { call: 14, abort: 1, start: 2, stop: 1, kill: 1, ask: 1 },
    methods: { ...tiny, wait: 3 },
    length: [5, 20],
    sameTurn: 0.4,
    tasks: 'setups',
    hooks: conversing,
  },
  /** What a task can be asked for beside its calls. */
  control: {
    ops: { call: 18, ask: 6, prioritize: 3, stop: 0.5, start: 1, abort: 1, stream: 0.5, map: 0.5 },
    methods: { ...tiny, wait: 6, spin: 1, deaf: 0.5 },
    length: [10, 36],
    sameTurn: 0.6,
    tasks: 'saves',
    keyed: 0.1,
    callbacks: 0.1,
    hooks: conversing,
  },
  /** Pools that grow, shrink, renew their workers and share their room. */
  pools: {
    ops: {
      call: 18,
      resize: 3,
      broadcast: 2,
      crash: 0.4,
      session: 1,
      endSession: 0.5,
      stop: 0.3,
      start: 0.6,
      ask: 1,
      abort: 2,
      prioritize: 1,
      stream: 1,
      map: 0.5,
    },
    methods: { ...tiny, wait: 6, spin: 2, life: 3, deaf: 0.5 },
    length: [10, 40],
    sameTurn: 0.6,
    tasks: 'breathes',
    keyed: 0.2,
    sessions: 0.15,
    affinity: 0.3,
    timeouts: 0.05,
  },
  hooks: {
    ops: { react: 14, call: 2, abortKey: 1, stop: 0.3, start: 0.5 },
    methods: tiny,
    length: [4, 18],
    sameTurn: 0.3,
    waits: ['task', 5, 20, 60, 150, 300],
    tasks: 'hooks',
  },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof profiles
export const profileNames = Object.keys(profiles) as ProfileName[]
