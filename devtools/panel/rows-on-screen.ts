/** Computes which rows of a long list are on the screen. Only those are rendered. */
import { type RefObject, type UIEvent, useEffect, useRef } from 'react'
import type { PanelStore } from './panel-store.ts'

/** Extra rows beyond the edges, so that scrolling shows rows at once. */
const BEYOND = 2

interface Scroller {
  readonly ref: RefObject<HTMLDivElement | null>
  readonly onScroll: (event: UIEvent<HTMLDivElement>) => void
}

/** Props of the scrolling element. */
export function useRowsOnScreen(store: PanelStore): Scroller {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () =>
      store.set({ rowCount: Math.ceil(element.clientHeight / rowHeight(element)) + 2 * BEYOND })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [store])
  return {
    ref,
    onScroll: ({ currentTarget }) => {
      const firstRow = Math.max(0, Math.floor(currentTarget.scrollTop / rowHeight(currentTarget)) - BEYOND)
      if (firstRow !== store.getChoices().firstRow) store.set({ firstRow })
    },
  }
}

/** In px. The styles define it in rem, and larger for touch. */
export function rowHeight(element: Element): number {
  return element.querySelector<HTMLElement>('.row, .row-of-table')?.offsetHeight || 24
}
