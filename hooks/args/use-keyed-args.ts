/** Arguments that stay the same object for as long as they are equal. */
import { useState } from 'react'
import { isInThisRender, useCommitted } from '../state/committed.ts'
import { isDevelopment, warnOnce } from '../state/development.ts'
import { explicitKey, joinKeys, keyOfArg, sameArgs } from '../../src/lib/args-key.ts'
import { madeInRender } from './made-in-render.ts'
import type { OwnRenders } from './render-loop.ts'

/** Represents a query whose arguments are not known yet: nothing is called. */
export const skipToken: unique symbol = Symbol.for('atelier.skipToken')

/** The type of {@link skipToken}. */
export type SkipToken = typeof skipToken

/** Arguments and their key. */
export interface KeyedArgs<Args> {
  readonly key: string
  readonly args: Args
  /** They differ each time the component is called, so no query can use them. */
  readonly error?: Error | undefined
  /** How often they have changed in the render that made them. */
  readonly passes?: number | undefined
  /** The last list that was keyed, and the key of each of its arguments: an unchanged argument is not read again. */
  readonly last?: { readonly list: readonly unknown[]; readonly keys: readonly string[] } | undefined
}

/** A component that adjusts a state to its props while it renders settles sooner. React itself gives up after 25. */
const MOST_PASSES = 5

/** If comparing arguments takes longer than this, in ms, because of their size, a warning is logged. */
const SLOW_MS = 4
const LARGE_KEY = 20_000

/**
 * Returns the arguments of the last render with the same key. `explicit` is a key from the user, `caller` the hook and
 * method that messages name, and `renders` the renders that the query itself caused.
 */
export function useKeyedArgs<Args extends readonly unknown[] | SkipToken>(
  args: Args,
  explicit: string | undefined,
  caller: string,
  renders?: OwnRenders,
): KeyedArgs<Args> {
  // The compiler does not treat it as data whether a render has committed.
  'use no memo'
  const [kept, setKept] = useState(() => keyed(args, explicit, caller, undefined))
  // At the mount, React calls the component a second time before it commits. An argument created in render then differs.
  const [isChecked, setChecked] = useState(false)
  if (!isChecked && kept.key.includes('#')) setChecked(true)
  useCommitted(kept)

  const next = isSame(kept, args, explicit) ? kept : keyed(args, explicit, caller, kept)
  if (next.key === kept.key) {
    if (!kept.error) return kept
    const healed = { ...kept, error: undefined }
    setKept(healed)
    return healed
  }
  const passes = isInThisRender(kept) ? (kept.passes ?? 0) + 1 : 1
  if (kept.error && passes > 1) return kept
  if (passes < MOST_PASSES && renders?.isCircle !== true) {
    const changed = { ...next, passes }
    setKept(changed)
    return changed
  }
  const failed = { ...kept, error: madeInRender(caller, kept.args, args) }
  setKept(failed)
  return failed
}

/** Finds equal values without computing a key, which costs more for larger values. */
function isSame<Args extends readonly unknown[] | SkipToken>(
  kept: KeyedArgs<Args>,
  args: Args,
  explicit: string | undefined,
): boolean {
  return (
    explicit === undefined &&
    args !== skipToken &&
    kept.args !== skipToken &&
    !kept.key.startsWith('=') &&
    sameArgs(args, kept.args)
  )
}

function keyed<Args extends readonly unknown[] | SkipToken>(
  args: Args,
  explicit: string | undefined,
  caller: string,
  before: KeyedArgs<Args> | undefined,
): KeyedArgs<Args> {
  const { last, error } = before ?? {}
  if (args === skipToken) return { key: '', args, last, error }
  if (explicit !== undefined) return { key: explicitKey(explicit), args, last, error }
  const start = performance.now()
  const keys = args.map((value, index) => {
    const known = last?.keys[index]
    return known !== undefined && Object.is(value, last?.list[index]) ? known : keyOfArg(value)
  })
  const key = joinKeys(keys)
  if (isDevelopment() && key.length > LARGE_KEY) warnIfSlow(performance.now() - start, caller)
  return { key, args, last: { list: args, keys }, error }
}

function warnIfSlow(ms: number, caller: string): void {
  if (ms < SLOW_MS) return
  warnOnce(
    `slow-key:${caller}`,
    `${caller} took ${Math.round(ms)} ms of the page to compare its large arguments. Pass a key that stands for ` +
      'them, { argsKey: version }, or the same object as long as its content is the same',
  )
}
