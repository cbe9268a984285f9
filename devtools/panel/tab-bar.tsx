/** The tabs of the views. They are one Tab stop, and the arrow keys move between them. */
import type { KeyboardEvent, ReactNode } from 'react'
import { type PanelView, TABS, type Tab } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'

const LABELS: Record<Tab, string> = {
  timeline: 'Timeline',
  tasks: 'Tasks',
  calls: 'Calls',
  traces: 'Traces',
  events: 'Events',
}

interface TabBarProps {
  readonly view: PanelView
  readonly store: PanelStore
}

export function TabBar({ view, store }: TabBarProps): ReactNode {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const at = TABS.indexOf(view.tab) + step
    const next = TABS[(at + TABS.length) % TABS.length] ?? 'timeline'
    store.set({ tab: next })
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
      {TABS.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          data-tab={tab}
          aria-selected={tab === view.tab}
          aria-controls="view"
          tabIndex={tab === view.tab ? 0 : -1}
          onClick={() => store.set({ tab })}
        >
          {LABELS[tab]}
        </button>
      ))}
    </div>
  )
}
