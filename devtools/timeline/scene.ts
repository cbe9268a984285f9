/** The contents of a timeline's picture, and the brush that draws them to scale. */
import type { DevtoolsSession, TimeRange } from '../model/types.ts'
import type { Axis } from './axis.ts'
import { LABELS, type Lane } from './lanes.ts'
import type { Minimap } from './minimap.ts'
import type { Paint } from './paint.ts'

/** What is to be drawn. */
export interface Scene {
  readonly session: DevtoolsSession
  readonly lanes: readonly Lane[]
  /** Of what is shown. */
  readonly axis: Axis
  /** Of the whole recording, as wide. */
  readonly whole: Axis
  readonly minimap: Minimap
  readonly now: number
  readonly width: number
  readonly height: number
  /** How far the lanes are scrolled. */
  readonly scrolled: number
  readonly selected: number | undefined
  readonly traceId: string | undefined
  readonly moment: { readonly startTime: number } | undefined
  readonly measured: TimeRange | undefined
}

/** What draws with the scale of a scene. */
export interface Brush {
  readonly context: CanvasRenderingContext2D
  readonly scene: Scene
  readonly paint: Paint
  /** The width between the labels and the right edge, in px. */
  readonly plot: number
  readonly x: (time: number) => number
  /** Fills a range of time. */
  readonly block: (start: number, end: number, top: number, tall: number, least?: number) => void
}

export function brushOf(context: CanvasRenderingContext2D, scene: Scene, paint: Paint): Brush {
  const { width, axis } = scene
  const plot = width - LABELS
  const x = (time: number) => LABELS + axis.x(time)
  return {
    context,
    scene,
    paint,
    plot,
    x,
    block: (start, end, top, tall, least = 1) => {
      const left = Math.max(LABELS, x(start))
      const right = Math.min(width, Math.max(x(end), x(start) + least))
      if (right > left) context.fillRect(left, top, right - left, tall)
    },
  }
}
