/** Two small charts: a value over time, and how often values of each size occur. Both say in words what they show. */
import type { Buckets } from './meter.ts'
import './charts.css'

interface TimeChartProps {
  readonly name: string
  readonly unit: string
  /** Oldest first, at equal distances. */
  readonly values: readonly number[]
  readonly format?: (value: number) => string
}

/** As many as fit; older ones leave at the left. */
export const SHOWN = 60

const WIDTH = 300
const HEIGHT = 72

const short = (value: number) => (value < 100 ? value.toFixed(1) : whole(value))
const whole = (value: number) => Math.round(value).toLocaleString('en')

export function TimeChart({ name, unit, values, format = whole }: TimeChartProps) {
  const top = niceTop(Math.max(1, ...values))
  const now = values.at(-1) ?? 0
  const step = WIDTH / (SHOWN - 1)
  const from = WIDTH - (values.length - 1) * step
  const points = values.map((value, index) => `${from + index * step},${HEIGHT * (1 - value / top)}`)
  const label = `${name}: now ${format(now)} ${unit}, at most ${format(Math.max(0, ...values))}`
  return (
    <figure className="chart">
      <figcaption>
        <code>{name}</code> <strong>{format(now)}</strong> <span className="soft">{unit}</span>
      </figcaption>
      <div className="chart-plot">
        <span className="chart-top">{format(top)}</span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
          <line className="chart-grid" x1="0" x2={WIDTH} y1="0.5" y2="0.5" />
          <line className="chart-grid" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
          {values.length > 1 && (
            <>
              <polygon
                className="chart-area"
                points={`${from},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`}
              />
              <polyline className="chart-line" points={points.join(' ')} />
            </>
          )}
        </svg>
      </div>
    </figure>
  )
}

interface HistogramChartProps {
  readonly name: string
  readonly unit: string
  readonly buckets: Buckets | undefined
}

export function HistogramChart({ name, unit, buckets }: HistogramChartProps) {
  const shown = buckets ? trimmed(buckets) : []
  const most = Math.max(1, ...shown.map(({ count }) => count))
  const count = buckets?.count ?? 0
  const mean = count > 0 ? `mean ${short((buckets?.sum ?? 0) / count)} ${unit}` : 'no value yet'
  return (
    <figure className="chart">
      <figcaption>
        <code>{name}</code> <strong>{whole(count)}</strong> <span className="soft">values, {mean}</span>
      </figcaption>
      <div
        className="chart-bars"
        role="img"
        aria-label={`${name}: ${whole(count)} values, ${mean}. ${shown.map((bar) => `${bar.label} ${unit}: ${bar.count}`).join('; ')}`}
      >
        {shown.map((bar) => (
          <span key={bar.label} className="chart-row">
            <span className="chart-bound">
              {bar.label} {unit}
            </span>
            <span className="chart-track">
              <span className="chart-fill" style={{ width: `${(bar.count / most) * 100}%` }} />
            </span>
            <span className="chart-count">{whole(bar.count)}</span>
          </span>
        ))}
      </div>
    </figure>
  )
}

interface Bar {
  readonly label: string
  readonly count: number
}

/** From the first bucket with a value to the last. */
function trimmed({ bounds, counts }: Buckets): readonly Bar[] {
  const bars = counts.map((count, index) => ({
    label: index < bounds.length ? `≤ ${whole(bounds[index] ?? 0)}` : `> ${whole(bounds.at(-1) ?? 0)}`,
    count,
  }))
  const first = bars.findIndex(({ count }) => count > 0)
  const last = bars.findLastIndex(({ count }) => count > 0)
  return first < 0 ? [] : bars.slice(first, last + 1)
}

/** The next of 1, 2, 5, 10, 20, 50, … */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= value) ?? value
}
