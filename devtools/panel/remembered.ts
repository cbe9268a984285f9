/** Stores the panel's dock side, size, open view and idle folding between visits. It stores nothing about calls. */
import type { Choices } from './panel-state.ts'
import { TABS } from './panel-state.ts'

const NAME = 'atelier-devtools:panel'

type Kept = Partial<Pick<Choices, 'isOpen' | 'dock' | 'size' | 'tab' | 'isIdleFolded'>>

/** Empty if nothing is stored, or if the browser does not allow storage. */
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
    // Storage may be off or full. The panel then opens with its defaults.
  }
}
