/**
 * The language of the filter box: words that occur anywhere in a call, and terms such as `task:resize`, `status:failed` and
 * `wait:>500`. A call must match all of them. A term with an unknown name is free text. `-` in front negates a term or word.
 */
import type { CallFilter } from './results.ts'
import { runMs, totalMs, waitMs } from './call-times.ts'
import { type CallRow, type CallStatus, STATUSES } from './types.ts'

type Test = (call: CallRow, now: number) => boolean

/** The names of terms, before the colon. */
export const TERMS = ['task', 'method', 'key', 'trace', 'status', 'worker', 'wait', 'run', 'total'] as const
type Term = (typeof TERMS)[number]

/** The values that `status:` accepts besides the statuses of a call. */
export const STATUS_WORDS: readonly ('open' | CallStatus)[] = ['open', ...STATUSES]

const OPEN: readonly CallStatus[] = ['blocked', 'pending', 'starting', 'running']

/** Parses a filter. Terms that it cannot parse are left out and listed in `problems`. */
export function parseFilter(text: string): CallFilter {
  const problems: string[] = []
  const tests: Test[] = []
  for (const [, minus, word = ''] of text.matchAll(/(-?)((?:[^\s"]|"[^"]*"?)+)/g)) {
    const test = testOf(word)
    if (test === null) problems.push(word)
    else tests.push(minus ? (call, now) => !test(call, now) : test)
  }
  return { text, problems, matches: (call, now) => tests.every((test) => test(call, now)) }
}

/** Completions for the last word of a filter: names of terms, words for a status, and names that occur in `calls`. */
export function suggestions(text: string, calls: readonly CallRow[], most = 8): readonly string[] {
  const word = /\S*$/.exec(text)?.[0] ?? ''
  const before = text.slice(0, text.length - word.length)
  const colon = word.indexOf(':')
  const found =
    colon < 0
      ? TERMS.map((term) => `${term}:`).filter((term) => term.startsWith(word))
      : valuesOf(word.slice(0, colon), calls)
          .filter((value) => value.toLowerCase().startsWith(word.slice(colon + 1).toLowerCase()))
          .map((value) => `${word.slice(0, colon)}:${quoted(value)}`)
  return found
    .filter((each) => each !== word)
    .slice(0, most)
    .map((each) => before + each)
}

/** Formats a filter term for a value that may contain spaces. */
export function termFor(term: Term, value: string): string {
  return `${term}:${quoted(value)}`
}

function valuesOf(term: string, calls: readonly CallRow[]): string[] {
  if (term === 'status') return [...STATUS_WORDS]
  const read = TEXTS[term as keyof typeof TEXTS]
  if (read === undefined) return []
  const values = new Set<string>()
  for (const call of calls) for (const value of read(call)) if (value !== undefined) values.add(value)
  return [...values].sort()
}

function quoted(value: string): string {
  return /\s/.test(value) ? `"${value}"` : value
}

/** The text that a text term is matched against. */
const TEXTS = {
  task: ({ taskId, taskName }: CallRow) => [taskName, taskId],
  method: ({ method }: CallRow) => [method],
  key: ({ key }: CallRow) => [key],
  trace: ({ traceName, traceId }: CallRow) => [traceName, traceId],
} satisfies Record<string, (call: CallRow) => readonly (string | undefined)[]>

const NUMBERS = {
  wait: waitMs,
  run: (call: CallRow, now: number) => runMs(call, now),
  total: totalMs,
} satisfies Record<string, (call: CallRow, now: number) => number>

/** Null if the term cannot be parsed. */
function testOf(word: string): Test | null {
  const colon = word.indexOf(':')
  const name = word.slice(0, Math.max(0, colon))
  const value = word.slice(colon + 1).replaceAll('"', '')
  if (!TERMS.includes(name as Term)) return anywhere(word.replaceAll('"', ''))
  if (name in TEXTS) return textTest(TEXTS[name as keyof typeof TEXTS], value)
  if (name in NUMBERS) return numberTest(NUMBERS[name as keyof typeof NUMBERS], value)
  if (name === 'worker') return workerTest(value)
  return statusTest(value)
}

function textTest(read: (call: CallRow) => readonly (string | undefined)[], value: string): Test {
  const wanted = value.toLowerCase()
  return (call) => read(call).some((text) => text?.toLowerCase().includes(wanted))
}

function anywhere(value: string): Test {
  return textTest(
    (call) => [
      call.taskName,
      call.taskId,
      call.method,
      call.key,
      call.traceName,
      call.traceId,
      call.callId,
      call.error,
    ],
    value,
  )
}

/** `>500`, `>=500`, `<500`, `<=500`, `500`, in ms; `2s` is 2,000. */
function numberTest(read: (call: CallRow, now: number) => number, value: string): Test | null {
  const [, sign = '>=', digits, unit] = /^([<>]=?)?(\d+(?:\.\d+)?)(ms|s)?$/.exec(value) ?? []
  if (digits === undefined) return null
  const bound = Number(digits) * (unit === 's' ? 1_000 : 1)
  return (call, now) => {
    const ms = read(call, now)
    if (sign === '>') return ms > bound
    if (sign === '<') return ms < bound
    return sign === '<=' ? ms <= bound : ms >= bound
  }
}

function workerTest(value: string): Test | null {
  if (!/^\d+$/.test(value)) return null
  return ({ workerIndex }) => workerIndex === Number(value)
}

/** A prefix of a status is enough. Several are separated by commas. */
function statusTest(value: string): Test | null {
  const wanted = value.toLowerCase().split(',').filter(Boolean)
  if (wanted.length === 0) return null
  const found = wanted.map((word) => STATUS_WORDS.filter((status) => status.startsWith(word)))
  if (found.some((statuses) => statuses.length === 0)) return null
  const all = new Set<string>(found.flat().flatMap((status) => (status === 'open' ? OPEN : [status])))
  return ({ status }) => all.has(status)
}
