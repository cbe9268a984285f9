/** A bar for each frame of the page: short ones are smooth, a tall one is a page that stood still. */
import { useEffect, useRef } from 'react'
import './jank-meter.css'
import { type FrameReport, FrameWatch, LONG_MS } from './frame-watch.ts'

const HEIGHT = 64
const BAR = 4

interface JankMeterProps {
  /** Measures while it is on; what it has measured stays. */
  readonly isOn: boolean
  readonly label: string
  /** What was measured, when it is turned off. */
  readonly onDone: (report: FrameReport) => void
}

export function JankMeter({ isOn, label, onDone }: JankMeterProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const done = useRef(onDone)
  useEffect(() => {
    done.current = onDone
  }, [onDone])
  useEffect(() => {
    if (!isOn) return
    const watch = new FrameWatch((report) => {
      if (canvas.current) draw(canvas.current, report)
    })
    watch.start()
    return () => {
      watch.stop()
      done.current(watch.report)
    }
  }, [isOn])
  return (
    <figure className="jank-meter">
      <canvas ref={canvas} height={HEIGHT} role="img" aria-label={`${label}: the time of each frame`} />
      <figcaption>One bar a frame. The line is {LONG_MS} ms: what is above is felt.</figcaption>
    </figure>
  )
}

function draw(canvas: HTMLCanvasElement, { gaps }: FrameReport): void {
  const context = canvas.getContext('2d')
  const width = canvas.clientWidth
  if (!context || width === 0) return
  const ratio = devicePixelRatio
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(HEIGHT * ratio)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  const style = getComputedStyle(canvas)
  const { color: smooth, outlineColor: long, borderTopColor: line } = style
  const shown = gaps.slice(-Math.floor(width / BAR))
  for (const [index, gap] of shown.entries()) {
    // Twice the line is at the top; what took longer fills it.
    const height = Math.min(HEIGHT, Math.max(2, (gap / (2 * LONG_MS)) * HEIGHT))
    context.fillStyle = gap > LONG_MS ? long : smooth
    context.fillRect(index * BAR, HEIGHT - height, BAR - 1, height)
  }
  context.fillStyle = line
  context.fillRect(0, HEIGHT / 2, width, 1)
}
