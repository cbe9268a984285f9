/** Calls that are read item by item: streams, `map` and `parallelLimit`, read to the end, half way, or never. */
import { parallelLimit } from 'atelier-react/core'
import type { CallSpec, LimitOp, MapOp, StreamOp } from '../program/program.ts'
import { echoOf } from '../worker/methods.ts'
import { attempt, call, checkError, codeOf, enter, optionsOf, watch } from './calls.ts'
import { type Entry, outcomeOf } from './ledger.ts'
import { pause } from './native.ts'
import { isOnPurpose, words } from './purpose.ts'
import type { TaskBook, World } from './world.ts'

type AnyStream = AsyncIterableIterator<{ slot: number; n: number }, number> &
  PromiseLike<unknown> & { readonly callId: string; abort(): void }

export function stream(world: World, op: StreamOp): void {
  const { id, task, count, gap, read, with: given = {} } = op
  const book = world.books.get(task)
  if (!book || world.ledger.isFull) return
  const entry = enter(world, book, 'items', given, [count, gap])
  const made = attempt(entry, () =>
    book.task.with(optionsOf(world, given, [])).items(entry.slot, count, gap),
  ) as unknown as AnyStream
  entry.callId = made.callId
  world.calls.set(id, made)
  // Who waits for its end without reading it is told to.
  if (read === 0) entry.perils.add('is-stream')
  if (read === 0) watch(world, entry, made, () => {})
  else keep(world, readItems(world, entry, made, op))
}

/** Reads on in the background; the program is over when it is. */
function keep(world: World, work: Promise<unknown>): void {
  world.background.add(work)
  void work.finally(() => world.background.delete(work))
}

async function readItems(
  world: World,
  entry: Entry,
  made: AnyStream,
  { count, read = Infinity, pause: ms }: StreamOp,
) {
  const { ledger } = world
  const name = ledger.nameOf(entry)
  let items = 0
  const over = (outcome: Entry['outcome'], code?: string, error?: unknown) => {
    Object.assign(entry, {
      outcome,
      code,
      error,
      settlements: entry.settlements + 1,
      settledAt: performance.timeOrigin + performance.now(),
    })
  }
  try {
    while (items < read) {
      const { done, value } = await made.next()
      if (done) {
        if (items !== count) ledger.fail('wrong-stream', `${name} ended after ${items} of ${count} items`)
        else if (value !== echoOf(entry.slot, count))
          ledger.fail('wrong-stream', `${name} ended with ${words(value)}`)
        over('success')
        return
      }
      items++
      // A second attempt begins the stream again only where nobody has read it.
      if (value.slot !== entry.slot || value.n !== items) {
        ledger.fail('wrong-stream', `${name} gave ${words(value)} as item ${items}`)
      }
      if (ms !== undefined) await pause(world.isHealed ? 0 : ms)
    }
    const last = await made.return?.(undefined)
    if (last?.done !== true) ledger.fail('wrong-stream', `${name}: return() gave ${words(last)}`)
    entry.perils.add('aborted')
    over('unknown')
  } catch (error) {
    const code = codeOf(error)
    over(outcomeOf(code), code, error)
    checkError(world, entry, error, code)
  }
}

/** A call of `map` or `parallelLimit` as an entry: its own promise is the library's affair, its outcome is in the events. */
function innerEntry(world: World, book: TaskBook, spec: CallSpec, n: number): Entry {
  const entry = enter(world, book, 'echo', spec, [n])
  for (const peril of ['aborted', 'disposed']) entry.perils.add(peril)
  entry.outcome = 'unknown'
  entry.settlements = 1
  return entry
}

export function map(world: World, { task, count, ordered, onError, leave, signal, failAt }: MapOp): void {
  const book = world.books.get(task)
  if (!book || world.ledger.entries.length + count > 4_000) return
  const first: number[] = []
  function* inputs(): Generator<number, void, void> {
    for (let n = 0; n < count; n++) {
      if (n === failAt) throw new EvalError('on purpose: an input')
      const { slot } = innerEntry(world, book as TaskBook, {}, n)
      first.push(slot)
      yield slot
    }
  }
  const options = {
    ordered: ordered ?? false,
    failures: onError ?? 'throw',
    ...(signal !== undefined && { signal: world.signal(signal).signal }),
  } as const
  const mayFail = failAt !== undefined || signal !== undefined || options.failures !== 'throw'
  const work = async () => {
    let seen = 0
    try {
      for await (const each of book.task.control.map('tick', inputs(), options as { failures: 'throw' })) {
        const value = (options.failures === 'settle' ? valueOf(each) : each) as { slot?: number } | undefined
        if (
          value !== undefined &&
          (ordered ? value.slot !== first[seen] && !mayFail : !first.includes(value.slot ?? -1))
        ) {
          world.ledger.fail(
            'wrong-result',
            `map of ${task}: result ${seen} is ${words(value)}, inputs were ${first.join(' ')}`,
          )
        }
        if (++seen === leave) return
      }
      if (seen !== count && !mayFail)
        world.ledger.fail('wrong-result', `map of ${task} gave ${seen} of ${count} results`)
    } catch (error) {
      if (!isOnPurpose(error) && codeOf(error) === 'thrown' && !isStopped(world, signal)) {
        world.ledger.fail('wrong-error', `map of ${task} threw ${words(error)}`)
      }
    }
  }
  keep(world, work())
}

const valueOf = (settled: unknown): unknown => {
  const { status, value } = settled as { status: string; value?: unknown }
  return status === 'fulfilled' ? value : undefined
}

const isStopped = (world: World, signal: string | undefined): boolean =>
  signal !== undefined && world.signal(signal).signal.aborted

export function limit(world: World, { id, task, count, concurrency, leave, signal }: LimitOp): void {
  const book = world.books.get(task)
  if (!book || world.ledger.entries.length + count > 4_000) return
  const work = async () => {
    let seen = 0
    let open = 0
    const items = Array.from({ length: count }, (_, n) => n)
    try {
      const results = parallelLimit(
        items,
        concurrency,
        async (n) => {
          if (++open > concurrency)
            world.ledger.fail('limit', `parallelLimit ran ${open} at once of ${concurrency}`)
          try {
            return await call(world, { op: 'call', id: id * 10_000 + n, task, method: 'echo', args: [n] })
          } finally {
            open--
          }
        },
        signal === undefined ? {} : { signal: world.signal(signal).signal },
      )
      for await (const _ of results) if (++seen === leave) return
    } catch (error) {
      if (codeOf(error) === 'thrown' && !isOnPurpose(error) && !isStopped(world, signal)) {
        world.ledger.fail('wrong-error', `parallelLimit threw ${words(error)}`)
      }
    }
  }
  keep(world, work())
}

/** More workers than a program's pools have. */
const MOST_WORKERS = 12

/** Each worker that there is gives its own result; how many there are is the library's affair. */
export function broadcast(world: World, book: TaskBook): void {
  if (world.ledger.entries.length + MOST_WORKERS > 4_000) return
  const entries = Array.from({ length: MOST_WORKERS }, (_, n) => innerEntry(world, book, {}, n))
  const slot = entries[0]?.slot ?? 0
  const work = async () => {
    for (const result of await book.task.control.broadcastSettled('echo', slot, 7)) {
      if (result.status === 'fulfilled' && result.value !== echoOf(slot, 7))
        world.ledger.fail('wrong-result', `a broadcast of ${book.spec.id} gave ${words(result.value)}`)
      if (result.status === 'rejected' && codeOf(result.reason) === 'thrown')
        world.ledger.fail('wrong-error', `a broadcast of ${book.spec.id} threw ${words(result.reason)}`)
    }
  }
  keep(world, work())
}
