/** Keeps values from renders as the same object while they are equal. */
import { useInsertionEffect, useMemo, useState } from 'react'
import { shareEqual } from '../../src/lib/share-equal.ts'

/** The last value that was committed, while this one is equal to it, or with its equal parts: plain data by what it holds, all else by identity. */
export function useShared<T>(value: T, isWanted: boolean): T {
  const [shared] = useState(() => new Shared<T>(value))
  // Compared once per value, so that a large one is not compared in each render.
  const same = useMemo(() => (isWanted ? shared.like(value) : value), [shared, value, isWanted])
  // Values of discarded renders are not kept.
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
    return shareEqual(this.kept, value)
  }
}
