/** Lanes over time: what waits, what each worker runs, and what the page itself does. */
import type { CSSProperties, ReactNode } from 'react'
import './lanes.css'
import { type LanePicture, packRows, type Segment, type SegmentState } from './lane-log.ts'

const words: Readonly<Record<SegmentState, string>> = {
  blocked: 'blocked, the queue has no room',
  pending: 'pending in the queue',
  running: 'running',
  success: 'succeeded',
  failure: 'failed',
  canceled: 'canceled',
  rejected: 'rejected',
  lost: 'lost with its worker',
}

const signs: Readonly<Partial<Record<SegmentState, string>>> = {
  success: '✓',
  failure: '✕',
  canceled: '⊘',
  rejected: '⊘',
  lost: '↻',
}

/** More than these rows of waiting calls say nothing more. */
const shownRows = 6

interface LanesProps {
  readonly picture: LanePicture
  /** What the page's own thread did: a lane on top. */
  readonly page?: readonly Segment[] | undefined
  readonly label: string
  /** What it says while there is nothing to draw. */
  readonly empty?: string | undefined
}

export function Lanes({
  picture,
  page,
  label,
  empty = 'No call yet. The first call starts a worker.',
}: LanesProps) {
  const { from, workers, waits, counts } = picture
  // The axis grows in steps: at every frame, all would move.
  const span = axisLength(picture.until - from)
  const rows = packRows(waits, picture.until)
  const hidden = rows.length - shownRows
  const isEmpty = workers.length === 0 && rows.length === 0
  const place = (start: number, end: number = picture.until): CSSProperties => ({
    left: `${share(start - from, span)}%`,
    width: `${share(end - start, span)}%`,
  })
  const bars = (segments: readonly Segment[]) =>
    segments.map((segment) => (
      <Bar key={segment.id} segment={segment} style={place(segment.start, segment.end)} />
    ))
  return (
    <figure className="lanes" data-live={picture.isLive || undefined}>
      <div className="lanes-plot" role="img" aria-label={`${label}: ${summary(picture)}`}>
        {page && <Lane name="page">{bars(page)}</Lane>}
        {workers.map(({ name, starts, runs, deaths }) => (
          <Lane key={name} name={name}>
            {starts.map((segment) => (
              <span
                key={segment.id}
                className="lane-start"
                title="the worker starts"
                style={place(segment.start, segment.end)}
              />
            ))}
            {bars(runs)}
            {deaths.map(({ time, isCrash }) => (
              <span
                key={time}
                className="lane-death"
                data-crash={isCrash || undefined}
                title={isCrash ? 'the worker crashed' : 'the worker was stopped'}
                style={{ left: `${share(time - from, span)}%` }}
              >
                {isCrash ? '✕' : '■'}
              </span>
            ))}
          </Lane>
        ))}
        {rows.slice(0, shownRows).map((row, i) => (
          <Lane key={i} name={i === 0 ? 'waiting' : ''}>
            {bars(row)}
          </Lane>
        ))}
        {hidden > 0 && <Lane name={`${hidden} more`}>{null}</Lane>}
        {isEmpty ? (
          <p className="lanes-empty">{empty}</p>
        ) : (
          <div className="lane-axis">
            {ticks(span).map((ms) => (
              <span key={ms} style={{ left: `${share(ms, span)}%` }}>
                {ms === 0 ? '0' : `${ms.toLocaleString('en')} ms`}
              </span>
            ))}
          </div>
        )}
      </div>
      <figcaption className="lanes-caption">{counts.calls > 0 && summary(picture)}</figcaption>
    </figure>
  )
}

const legend = [
  ['blocked', 'blocked'],
  ['pending', 'pending'],
  ['success', 'running'],
  ['canceled', 'canceled or rejected'],
  ['lost', 'failed or lost'],
] as const

/** What the textures mean. */
export function LaneLegend() {
  return (
    <p className="legend" aria-hidden="true">
      {legend.map(([state, text]) => (
        <span key={state}>
          <span className="swatch lane-bar" data-state={state} /> {text}
        </span>
      ))}
    </p>
  )
}

function Lane({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="lane">
      <span className="lane-name">{name}</span>
      <span className="lane-track">{children}</span>
    </div>
  )
}

function Bar({ segment, style }: { readonly segment: Segment; readonly style: CSSProperties }) {
  const { label, state } = segment
  return (
    <span className="lane-bar" data-state={state} title={`${label}: ${words[state]}`} style={style}>
      <span className="lane-label">
        {label} {signs[state]}
      </span>
    </span>
  )
}

function summary({ counts }: LanePicture): string {
  const parts = (['success', 'failure', 'canceled', 'rejected', 'requeued'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${counts[name].toLocaleString('en')} ${name === 'requeued' ? 'requeued' : words[name]}`)
  const calls = `${counts.calls.toLocaleString('en')} ${counts.calls === 1 ? 'call' : 'calls'}`
  return [calls, ...parts].join(', ')
}

function share(part: number, whole: number): number {
  return Math.max(0, Math.min(100, (part / whole) * 100))
}

/** The next of 250, 500, 1,000, … ms that is long enough. */
function axisLength(ms: number): number {
  return [250, 500, 1000, 1500, 2000, 3000, 5000, 10_000, 20_000].find((step) => step >= ms) ?? ms
}

/** Four or five for each length: a narrow picture shows every third, which is two of them. */
function ticks(span: number): number[] {
  const step = [50, 100, 200, 300, 500, 600, 1000, 2000, 5000].find((ms) => span / ms <= 5) ?? span / 5
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => i * step).filter((ms) => ms < span)
}
