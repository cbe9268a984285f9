/** Functions in the arguments of a call. Its handler may call them while it runs. */
import { type Call, SETTLED } from '../call/call.ts'
import { oneInstance } from '../lib/one-instance.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import { postValue } from '../wire/post.ts'
import { Refusal } from '../wire/refusal.ts'
import { ANSWER, type WireCallback } from '../wire/protocol.ts'
import type { Post } from '../wire/post.ts'
import { callbackMarks, type Marked } from './callback-mark.ts'

/** The arguments as they are sent, and the callbacks they contained. */
export interface ArgsWithCallbacks {
  readonly args: readonly unknown[]
  readonly callbacks: readonly WireCallback[]
}

/** What the page needs to run one. */
interface CallbackHost {
  tell(fn: () => void): void
  now(): number
}

/** The most values that are searched for callbacks in one call: searching a large value without any must not cost as much as cloning it. */
const MOST_VALUES = 10_000
/** Per array or object, so that what follows a long list is found, too. */
const MOST_OF_ONE = 1_000

/** The callbacks of a call, in the order in which they were found. */
interface CallbacksOf {
  readonly marked: readonly Marked[]
  /** Those that the page is running. */
  underWay: number
}

const byCall: WeakMap<Call, CallbacksOf> = /* @__PURE__ */ oneInstance('callbacks-of', () => new WeakMap())

/** Takes callbacks out of a call's arguments; null where there are none. */
export function takeCallbacks(call: Call): ArgsWithCallbacks | null {
  if (!callbackMarks.isUsed) return null
  try {
    const found = callbacksIn(call.args)
    if (found.length === 0) return null
    const args = without(call.args, found)
    byCall.set(call, { marked: found.map(({ marked }) => marked), underWay: 0 })
    return { args, callbacks: found.map(({ path, marked }): WireCallback => [path, marked.credit]) }
  } catch {
    // A getter, or the trap of a proxy: the clone fails in the same way, and names it.
    return null
  }
}

/** Whether the page is running one of them, and its handler may be waiting for it. */
export function awaitsCallback(call: Call): boolean {
  return (byCall.get(call)?.underWay ?? 0) > 0
}

/** A handler has called one. Runs it when the host allows user code to run, and answers. */
export function runCallback(
  call: Call,
  [, id, number, index, args]: readonly unknown[],
  post: Post,
  host: CallbackHost,
): void {
  const fail = (error: unknown) => post([ANSWER, id, number, false, encodeThrown(error)])
  const give = (value: unknown) => {
    try {
      postValue(post, [ANSWER, id, number, true, value], value, 'result', undefined)
    } catch (error) {
      fail(error instanceof Refusal ? refusalOf(call, error) : error)
    }
  }
  host.tell(() => {
    // A call that inherited a run uses its own callbacks.
    if (!byCall.has(call)) takeCallbacks(call)
    const own = byCall.get(call)
    const marked = own?.marked[index as number]
    if (own === undefined || marked === undefined || call.state === SETTLED || !Array.isArray(args)) {
      fail(over(call))
      return
    }
    own.underWay++
    const answered = (): void => {
      own.underWay--
      // Its handler has waited for the page. From now on, signs of life are required again.
      call.beatAt = host.now()
    }
    void run(marked, args).finally(answered).then(give, fail)
  })
}

/** Runs now; async, so that an exception becomes a rejection. */
async function run({ fn }: Marked, args: readonly unknown[]): Promise<unknown> {
  return await fn(...args)
}

function over(call: Call): DOMException {
  return new DOMException(
    `A callback of ${call.taskId}.${call.method} (${call.callId}) was called when its call had settled`,
    'AbortError',
  )
}

function refusalOf(call: Call, { culprit, isForClone, cause }: Refusal): unknown {
  if (!isForClone) return cause
  const [path, ...why] = culprit.split('\n')
  const said = why.join(' ') || 'cannot be cloned'
  return new DOMException(`A callback of ${call.taskId}.${call.method}: ${path} ${said}`, 'DataCloneError')
}

interface Found {
  readonly path: WireCallback[0]
  readonly marked: Marked
}

/** An array or object, and its place: a path for each would cost the square of the depth. */
interface Place {
  readonly value: object
  readonly name: string | number
  readonly parent: Place | undefined
}

function pathTo(place: Place | undefined, name: string | number): (string | number)[] {
  const path = [name]
  for (let at = place; at?.parent; at = at.parent) path.push(at.name)
  return path.toReversed()
}

/** Searches arrays and plain objects, shallow ones first. */
function callbacksIn(args: readonly unknown[]): Found[] {
  const found: Found[] = []
  const queue: Place[] = [{ value: args, name: '', parent: undefined }]
  const seen = new Set<object>([args])
  let left = MOST_VALUES
  for (const place of queue) {
    const { value } = place
    const names = Array.isArray(value) ? value : Object.keys(value)
    for (let at = 0; at < Math.min(names.length, MOST_OF_ONE) && left > 0; at++, left--) {
      const name = names === value ? at : (names[at] as string)
      // No getter runs.
      const part: unknown = Object.getOwnPropertyDescriptor(value, name)?.value
      const marked = typeof part === 'function' ? callbackMarks.of.get(part) : undefined
      if (marked) found.push({ path: pathTo(place, name), marked })
      if (typeof part !== 'object' || part === null || seen.has(part) || !isPlain(part)) continue
      seen.add(part)
      queue.push({ value: part, name, parent: place })
    }
  }
  return found
}

type Parts = Record<string | number, unknown>

/** Copies everything that contains a callback; the rest is unchanged. */
function without(args: readonly unknown[], found: readonly Found[]): readonly unknown[] {
  const copies = new Map<unknown, Parts>()
  const copyOf = (value: unknown): Parts => {
    const copy =
      copies.get(value) ?? (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) })
    copies.set(value, copy as Parts)
    return copy as Parts
  }
  for (const { path } of found) {
    let original = args as unknown as Parts
    let copy = copyOf(args)
    for (const name of path.slice(0, -1)) {
      original = original[name] as Parts
      copy = copy[name] = copyOf(original)
    }
    copy[path.at(-1) as string | number] = null
  }
  return copyOf(args) as unknown as readonly unknown[]
}

function isPlain(value: object): boolean {
  try {
    if (Array.isArray(value)) return true
    const prototype: unknown = Object.getPrototypeOf(value)
    return prototype === Object.prototype || prototype === null
  } catch {
    // A proxy whose traps throw.
    return false
  }
}
