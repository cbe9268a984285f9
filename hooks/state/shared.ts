/** Values that a render makes, kept the same object for as long as they are equal. */
import { useInsertionEffect, useState } from 'react'
import { keyOfArg } from '../../src/lib/args-key.ts'

/** The last value that was committed, while this one is equal to it: plain data by what it holds, all else by identity. */
export function useShared<T>(value: T, isWanted: boolean): T {
  const [shared] = useState(() => new Shared<T>(value))
  const same = isWanted ? shared.like(value) : value
  // What a render makes that is thrown away is not kept.
  useInsertionEffect(() => shared.keep(same))
  return same
}

class Shared<T> {
  private kept: T

  constructor(value: T) {
    this.kept = value
  }

  keep(value: T): void {
    this.kept = value
  }

  like(value: T): T {
    const { kept } = this
    return Object.is(value, kept) || keyOfArg(value) === keyOfArg(kept) ? kept : value
  }
}
