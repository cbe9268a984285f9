/** What the panel keeps between visits: where it is docked, how large it is, which view is open, whether idle time is folded. Nothing of any call. */
import type { Choices } from './panel-state.ts'
import { TABS } from './panel-state.ts'

const NAME = 'atelier-devtools:panel'

type Kept = Partial<Pick<Choices, 'isOpen' | 'dock' | 'size' | 'tab' | 'isIdleFolded'>>

/** Empty where nothing is kept, or the browser lets nobody keep anything. */
export function recall(): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? '{}') as Record<string, unknown>
    const { isOpen, dock, size, tab, isIdleFolded } = kept
    return {
      ...(typeof isOpen === 'boolean' && { isOpen }),
      ...((dock === 'bottom' || dock === 'right') && { dock }),
      ...(typeof size === 'number' && size > 0 && { size }),
      ...(typeof isIdleFolded === 'boolean' && { isIdleFolded }),
      ...(TABS.some((each) => each === tab) && { tab: tab as Choices['tab'] }),
    }
  } catch {
    return {}
  }
}

export function remember({ isOpen, dock, size, tab, isIdleFolded }: Choices): void {
  try {
    localStorage.setItem(NAME, JSON.stringify({ isOpen, dock, size, tab, isIdleFolded }))
  } catch {
    // Storage may be off or full: the panel opens as it does for the first time.
  }
}
