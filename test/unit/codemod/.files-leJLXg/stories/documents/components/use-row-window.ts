/** Which rows of a long list are worth rendering: those in sight and a few around them. All rows have one height. */
import type { CSSProperties, RefObject } from 'react'
import { useEffect, useRef, useState } from 'react'

/** In rem, as `.row` has it in documents.css: rows grow with the reader's type. */
const rowHeightRem = 4.25
/** The window moves in steps of so many rows, with as many to spare: scrolling within a step renders nothing. */
const step = 8

export interface RowWindow {
  readonly scrollRef: RefObject<HTMLDivElement | null>
  readonly first: number
  /** Exclusive. */
  readonly last: number
  /** Of the list element: the height of all rows, and the space of those above the window. */
  readonly style: CSSProperties
}

export function useRowWindow(count: number): RowWindow {
  const scrollRef = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [visible, setVisible] = useState(2 * step)

  useEffect(() => {
    const element = scrollRef.current
    if (!element) return
    const rowHeight = rowHeightRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
    const onScroll = () => setTop(Math.floor(element.scrollTop / rowHeight / step) * step)
    const observer = new ResizeObserver(() => setVisible(Math.ceil(element.clientHeight / rowHeight)))
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [])

  const first = Math.max(0, Math.min(top, count) - step)
  const last = Math.min(count, top + visible + 2 * step)
  return {
    scrollRef,
    first,
    last,
    style: { height: `${count * rowHeightRem}rem`, paddingTop: `${first * rowHeightRem}rem` },
  }
}
