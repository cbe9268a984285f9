/** Arguments that stay the same object for as long as they are equal. */
import { useState } from 'react'
import { keyOfArgs, sameArgs, type SkipToken, skipToken } from './args-key.ts'

/** Arguments and what they are known by. */
export interface KeyedArgs<Args> {
  readonly key: string
  readonly args: Args
}

/** The arguments of the last render whose key was this one; `explicit` is a key that the user has given. */
export function useKeyedArgs<Args extends readonly unknown[] | SkipToken>(
  args: Args,
  explicit: string | undefined,
): KeyedArgs<Args> {
  const [kept, setKept] = useState(() => keyed(args, explicit))
  // Equal values are known without making a key of them, which costs as much as they are large.
  if (explicit === undefined && args !== skipToken && kept.args !== skipToken && sameArgs(args, kept.args))
    return kept
  const next = keyed(args, explicit)
  if (next.key === kept.key) return kept
  setKept(next)
  return next
}

function keyed<Args extends readonly unknown[] | SkipToken>(
  args: Args,
  explicit: string | undefined,
): KeyedArgs<Args> {
  if (args === skipToken) return { key: '', args }
  return { key: explicit === undefined ? keyOfArgs(args) : `=${explicit}`, args }
}
