/** Makes calls, enters them in the ledger, and checks what they give against what their arguments say. */
import type { TaskDispatchOptions } from 'atelier-react/core'
import type { CallOp, CallSpec, TaskSpec } from '../program/program.ts'
import { answersOf, echoOf, epochNow, loadOf, sumOf, type TortureMethod } from '../worker/methods.ts'
import { type Entry, outcomeOf, type Peril } from './ledger.ts'
import { answerer, handleOf } from './conversation.ts'
import { isOnPurpose, words } from './purpose.ts'
import { DEATH_PERILS, derivedKey, type TaskBook, type World } from './world.ts'

type AnyCall = Promise<unknown> & {
  readonly callId: string
  readonly admitted: Promise<void>
  abort(reason?: unknown): void
}
type AnyMethod = (...args: unknown[]) => AnyCall

/** What may happen to a call from the moment it is made. */
export function perilsOf({ queuePolicy, maxBlocked, keyMode }: TaskSpec, spec: CallSpec): Peril[] {
  const perils: Peril[] = []
  const { timeoutMs } = spec
  if (typeof timeoutMs === 'number') perils.push('timeout-total')
  else for (const phase of Object.keys(timeoutMs ?? {})) perils.push(`timeout-${phase}`)
  if (queuePolicy === 'reject') perils.push('queue-full')
  if (queuePolicy?.startsWith('drop')) perils.push('dropped-latest')
  if (queuePolicy === 'drop-oldest') perils.push('dropped-oldest')
  if (maxBlocked !== undefined) perils.push('max-blocked')
  const mode = spec.keyMode ?? keyMode
  if (spec.key !== undefined && (mode === 'latest' || mode === 'keep-last')) perils.push('superseded')
  return perils
}

/** Options as the library takes them; the callbacks run what the program says. */
export function optionsOf(world: World, spec: CallSpec, transfer: Transferable[]): TaskDispatchOptions {
  const { key, keyMode, priority, affinity, timeoutMs, transferResult, onStart, onProgress } = spec
  return {
    key,
    affinity,
    keyMode,
    priority,
    timeoutMs,
    transferResult: transferResult ? 'auto' : undefined,
    signal: spec.signal === undefined ? undefined : world.signal(spec.signal).signal,
    trace: spec.trace === null ? null : spec.trace === undefined ? undefined : world.traceNamed(spec.trace),
    transfer: spec.transfer === 'auto' ? 'auto' : spec.transfer === 'list' ? transfer : undefined,
    ...(onStart && { onStart: () => world.reenter(onStart) }),
    ...(onProgress && { onProgress: () => world.reenter(onProgress) }),
  }
}

const withKey = (spec: CallSpec, book: TaskBook, args: readonly unknown[]): CallSpec => {
  const key = spec.key ?? (book.spec.derives ? derivedKey([0, ...args]) : undefined)
  return key === undefined ? spec : { ...spec, key }
}

/** Opens an entry for a call that is about to be made. */
export function enter(
  world: World,
  book: TaskBook,
  method: string,
  given: CallSpec,
  args: readonly unknown[],
): Entry {
  const spec = withKey(given, book, args)
  const entry = world.ledger.open(book.spec.id, method, { spec, args, perils: perilsOf(book.spec, spec) })
  entry.isPosthumous = world.isDisposed
  const mode = spec.keyMode ?? book.spec.keyMode
  if (spec.key !== undefined && (mode === 'latest' || mode === 'keep-last')) {
    const isRival = (each: Entry) =>
      each.task === entry.task && each.method === method && each.spec.key === spec.key
    world.ledger.endanger(isRival, 'superseded')
  }
  if (world.isDisposed || book.isDisposed) entry.perils.add('disposed')
  if (spec.signal !== undefined && world.signal(spec.signal).signal.aborted) entry.perils.add('aborted')
  return entry
}

export function call(
  world: World,
  { id, task, method, args, with: given = {} }: CallOp,
): AnyCall | undefined {
  const book = world.books.get(task)
  if (!book || world.ledger.isFull) return undefined
  const entry = enter(world, book, method, given, args)
  const { values, transfer } = argumentsOf(method, args)
  if (method === 'asks') values.push(answerer(world, entry))
  const spec = entry.spec
  if (method === 'close') chaos(world, book)
  const options = optionsOf(world, given, transfer)
  const { onProgress } = options
  let lastReport = 0
  options.onProgress =
    method === 'report' || onProgress
      ? (value) => {
          if (method === 'report') lastReport = checkReport(world, entry, value, lastReport)
          onProgress?.(value)
        }
      : undefined
  let hasReturned = false
  if (given.onStart) {
    const { onStart } = options
    options.onStart = () => {
      if (!hasReturned)
        world.ledger.fail(
          'early-start',
          `${world.ledger.nameOf(entry)}: onStart ran before the method had returned`,
        )
      onStart?.()
    }
  }
  const made = attempt(entry, () =>
    (handleOf(world, book, entry).with(options) as unknown as Record<TortureMethod, AnyMethod>)[method](
      entry.slot,
      ...values,
    ),
  )
  hasReturned = true
  entry.callId = made.callId
  world.calls.set(id, made)
  watch(world, entry, made, (value) => checkValue(world, entry, args, value))
  if (spec.onAdmitted) {
    made.admitted.then(
      () => world.reenter(spec.onAdmitted ?? []),
      () => {},
    )
  }
  return made
}

let returned = 0

/** Makes a call; one that throws instead is no call. */
export function attempt<T>(entry: Entry, make: () => T): T {
  try {
    const made = make()
    entry.order = ++returned
    return made
  } catch (error) {
    entry.settlements = 1
    entry.outcome = 'unknown'
    throw error
  }
}

/** The workers of the task die by its program. */
export function chaos(world: World, book: TaskBook): void {
  book.isChaotic = true
  world.ledger.endangerTask(book.spec.id, ...DEATH_PERILS)
}

/** Notes how the call ends, each time that it does. */
export function watch(
  world: World,
  entry: Entry,
  made: PromiseLike<unknown>,
  check: (value: unknown) => void,
): void {
  const { ledger } = world
  const over = (outcome: Entry['outcome'], error: unknown, code: string | undefined) => {
    if (entry.settlements++ > 0)
      ledger.fail('settles-once', `${ledger.nameOf(entry)} settled ${entry.settlements} times`)
    entry.settledAt = epochNow()
    entry.outcome = outcome
    entry.error = error
    entry.code = code
    world.reenter(entry.spec.onSettled ?? [])
  }
  made.then(
    (value) => {
      entry.value = value
      over('success', undefined, undefined)
      check(value)
    },
    (error: unknown) => {
      const code = codeOf(error)
      over(outcomeOf(code), error, code)
      checkError(world, entry, error, code)
    },
  )
}

/** The code of one of the library's errors; `thrown` for what a handler threw. */
export function codeOf(error: unknown): string {
  try {
    const { code, taskId } = error as { code?: unknown; taskId?: unknown }
    return typeof code === 'string' && taskId !== undefined ? code : 'thrown'
  } catch {
    return 'thrown'
  }
}

function argumentsOf(method: string, args: CallOp['args']): { values: unknown[]; transfer: Transferable[] } {
  if (method === 'pack') return { values: [loadOf(String(args[0]), Number(args[1]))], transfer: [] }
  if (method !== 'buffer') return { values: [...args], transfer: [] }
  const { buffer } = loadOf('bytes', Number(args[0])) as Uint8Array<ArrayBuffer>
  return { values: [buffer], transfer: [buffer] }
}

/** Calls of one key may share a run: its slot is that of the call that was first. */
function isShared(world: World, { task, spec }: Entry): boolean {
  return spec.key !== undefined && (spec.keyMode ?? world.books.get(task)?.spec.keyMode) === 'dedupe'
}

/** Whether the task lets one worker run more than one handler at once. */
function runsSeveral(world: World, { task }: Entry): boolean {
  const book = world.books.get(task)
  const { maxWorkers = 1, maxInFlight = maxWorkers } = book?.spec ?? {}
  return book?.wasResized === true || maxInFlight > maxWorkers
}

function checkValue(world: World, entry: Entry, args: CallOp['args'], value: unknown): void {
  // Where several handlers run at once, one may change what another has returned before anybody could look at it.
  if (entry.method === 'tickLater' && runsSeveral(world, entry)) return
  const fits = (slot: number): boolean => fitsCall(entry.method, slot, args, value)
  const leaders = isShared(world, entry)
    ? world.ledger.entries.filter(
        ({ task, method, spec }) =>
          task === entry.task && method === entry.method && spec.key === entry.spec.key,
      )
    : [entry]
  // A shared run has the arguments of another call: only that it is of one of these is known.
  if (leaders.length > 1 ? leaders.some(({ slot }) => mentions(value, slot)) : fits(entry.slot)) return
  world.ledger.fail(
    'wrong-result',
    `${world.ledger.nameOf(entry)} with ${JSON.stringify(args)} gave ${words(value)}`,
  )
}

const mentions = (value: unknown, slot: number): boolean =>
  typeof value === 'number'
    ? Math.floor(value / 1_000) === slot
    : value === undefined || words(value).includes(`${slot}`)

function fitsCall(method: string, slot: number, args: CallOp['args'], value: unknown): boolean {
  const fields = (value ?? {}) as { slot?: unknown; sum?: unknown; buffer?: ArrayBuffer }
  switch (method) {
    case 'fail':
      return false
    case 'evil':
      return true
    case 'tick':
    case 'tickLater':
      return fields.slot === slot
    case 'grow':
      return Array.isArray(value) && value.at(-1) === slot
    case 'pack':
      return fields.slot === slot && fields.sum === sumOf(loadOf(String(args[0]), Number(args[1])))
    case 'buffer': {
      const bytes = loadOf('bytes', Number(args[0]))
      return fields.slot === slot && fields.sum === sumOf(bytes) && sumOf(fields.buffer) === sumOf(bytes)
    }
    case 'echo':
    case 'wait':
    case 'poll':
    case 'breathe':
    case 'report':
    case 'spin':
    case 'deaf':
      return value === echoOf(slot, Number(args[0]))
    case 'emits':
      return value === echoOf(slot, Number(args[0]))
    case 'asks':
      return value === echoOf(slot, answersOf(Number(args[0])))
    case 'flaky':
      return value === echoOf(slot, Number(args[0]) + 1)
    case 'life':
      return fields.slot === slot
    case 'loop':
      return value === echoOf(slot, 0)
    default:
      return value === echoOf(slot, 1)
  }
}

/** Progress comes in order, of this call, and as it was when it was reported. */
function checkReport(world: World, entry: Entry, value: unknown, last: number): number {
  const { slot, n } = (value ?? {}) as { slot?: number; n?: number }
  if (isShared(world, entry)) return 0
  const isRight =
    slot === entry.slot &&
    typeof n === 'number' &&
    (n > last || world.books.get(entry.task)?.isChaotic === true)
  if (!isRight)
    world.ledger.fail(
      'wrong-progress',
      `${world.ledger.nameOf(entry)} reported ${words(value)} after ${last}`,
    )
  return n ?? last
}

/** Codes that a law looks at when the program is over: whether the death of the worker was due. */
const judgedLater: ReadonlySet<string> = new Set([
  'crashed',
  'poison',
  'hang',
  'not-replayable',
  'session-lost',
])

export function checkError(world: World, entry: Entry, error: unknown, code: string): void {
  const { ledger } = world
  const { method, perils, slot } = entry
  if (perils.has(code) || judgedLater.has(code)) return
  const name = ledger.nameOf(entry)
  if (code === 'thrown') {
    if (world.keyErrors.has(error)) return
    // A function of the page that throws does so in the handler.
    if (method === 'asks' && isOnPurpose(error)) return
    const mayThrow = ['fail', 'evil', 'span', 'hostile', 'flaky'].includes(method)
    // An obedient handler throws the reason of its abort, which nobody is to see.
    if (!mayThrow) ledger.fail('wrong-error', `${name} rejected with ${words(error)}`)
    else if (
      (method === 'fail' || method === 'flaky') &&
      !isShared(world, entry) &&
      !isOwnError(error, slot)
    ) {
      ledger.fail('wrong-error', `${name} rejected with the error of another: ${words(error)}`)
    }
    return
  }
  if (code === 'clone-result' && method === 'evil') return
  ledger.fail(
    'undue-error',
    `${name} rejected with ${code} (${words(error)}): nothing that may cause it has happened`,
  )
}

function isOwnError(error: unknown, slot: number): boolean {
  if (!isOnPurpose(error)) return true
  const text = words(error)
  return !/call \d+/.test(text) || text.includes(`call ${slot}`)
}
