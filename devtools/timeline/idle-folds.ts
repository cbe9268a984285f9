/** The folds of a timeline: which idle periods are folded, and their length in words. */
import { counted, formatMs } from '../model/format.ts'
import { idleIn } from '../model/idle.ts'
import type { DevtoolsSession, TimeRange } from '../model/types.ts'
import { lengthOf } from '../model/utilisation.ts'

const NONE: readonly TimeRange[] = []

export class IdleFolds {
  all: readonly TimeRange[] = NONE
  private madeFor = ''
  private session: DevtoolsSession | undefined

  /** Searches again only if something was recorded since the last time. */
  update(session: DevtoolsSession, extent: TimeRange, isFolded: boolean): void {
    const key = `${isFolded} ${session.version} ${extent.start} ${session.isLive || extent.end}`
    if (session === this.session && key === this.madeFor) return
    this.session = session
    this.madeFor = key
    this.all = isFolded ? idleIn(session, extent) : NONE
  }
}

/** For the tooltip. */
export function wordsOfFold({ start, end }: TimeRange): string {
  return `Nothing happened for ${formatMs(end - start)}: folded`
}

/** "2 idle stretches are folded: 1 min 5 s"; empty without any. */
export function wordsOfFolds(folds: readonly TimeRange[]): string {
  if (folds.length === 0) return ''
  const are = counted(folds.length, 'idle stretch is', 'idle stretches are')
  return `${are} folded: ${formatMs(lengthOf(folds))}`
}
