/** Handles the pointer and the wheel on the timeline: pan, zoom, measure, press, hover. */
import type { TimeRange } from '../model/types.ts'
import type { Axis } from './axis.ts'
import { HEAD, MINIMAP } from './lanes.ts'

/** What the pointer can do to the timeline. */
export interface PointerTarget {
  readonly axis: Axis
  move(range: TimeRange): void
  zoom(factor: number, anchor: number): void
  pan(share: number): void
  scroll(by: number): boolean
  centre(x: number): void
  measure(range: TimeRange | undefined): void
  measureDone(): void
  press(x: number, y: number): void
  hover(x: number, y: number): void
  showSelection(): void
  timeAt(x: number): number
}

const NEAR_PX = 4

interface Drag {
  readonly x: number
  /** As it was when the drag began. */
  readonly axis: Axis
  readonly kind: 'pan' | 'measure' | 'minimap'
  isMoved: boolean
}

export function listenToPointer(canvas: HTMLCanvasElement, target: PointerTarget, signal: AbortSignal): void {
  let drag: Drag | undefined
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const { deltaX, deltaY, offsetX } = event
      if (event.ctrlKey || event.metaKey) target.zoom(Math.exp(deltaY / 300), target.timeAt(offsetX))
      else if (deltaX !== 0 || event.shiftKey || !target.scroll(deltaY))
        target.pan((deltaX || deltaY) / 1_000)
    },
    { signal, passive: false },
  )
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      const { offsetX: x, offsetY: y, pointerId, shiftKey } = event
      const kind = y < MINIMAP ? 'minimap' : shiftKey ? 'measure' : 'pan'
      drag = { x, axis: target.axis, kind, isMoved: false }
      if (kind === 'minimap') target.centre(x)
      try {
        canvas.setPointerCapture(pointerId)
      } catch {
        // The pointer is already gone, so there is nothing to capture.
      }
    },
    { signal },
  )
  canvas.addEventListener(
    'pointermove',
    ({ offsetX, offsetY }) => {
      if (drag === undefined) return target.hover(offsetX, offsetY)
      if (!drag.isMoved && Math.abs(offsetX - drag.x) < NEAR_PX) return
      drag.isMoved = true
      if (drag.kind === 'minimap') target.centre(offsetX)
      else if (drag.kind === 'measure') {
        const [start = 0, end = 0] = [target.timeAt(drag.x), target.timeAt(offsetX)].sort((a, b) => a - b)
        target.measure({ start, end })
      } else target.move(drag.axis.panned(drag.x - offsetX))
    },
    { signal },
  )
  canvas.addEventListener(
    'pointerup',
    ({ offsetX, offsetY }) => {
      const ended = drag
      drag = undefined
      if (ended?.kind === 'measure' && ended.isMoved) return target.measureDone()
      target.measure(undefined)
      if (ended && !ended.isMoved && offsetY > HEAD) target.press(offsetX, offsetY)
    },
    { signal },
  )
  canvas.addEventListener('pointercancel', () => (drag = undefined), { signal })
  canvas.addEventListener('dblclick', () => target.showSelection(), { signal })
}
