/** The sign of a state: each has a shape, so that no colour needs to be told from another. */
import './state-glyph.css'

export type GlyphState = 'waiting' | 'running' | 'done' | 'failed' | 'canceled'

const paths: Readonly<Record<GlyphState, string>> = {
  // A clock, a part of a ring that turns, a tick, a cross, a ring that is struck through.
  waiting: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 5v3.2l2.2 1.3',
  running: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5',
  done: 'M3 8.5l3.4 3.4L13 5',
  failed: 'M4 4l8 8m0-8l-8 8',
  canceled: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M4.2 11.8l7.6-7.6',
}

export function StateGlyph({ state }: { readonly state: GlyphState }) {
  return (
    <svg className="state-glyph" data-state={state} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={paths[state]}
        fill="none"
        stroke="currentColor"
        strokeWidth={state === 'done' || state === 'failed' ? 2.2 : 1.6}
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeDasharray={state === 'canceled' ? '2.4 2' : undefined}
      />
    </svg>
  )
}
