/** The devtools panel over ten thousand calls a second: what it takes of each frame. */
import { AtelierDevtoolsPanel, startRecorder } from 'atelier-react/devtools/production'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { callSource } from '../app/call-source.ts'
import { type PageWork, watchPageWork } from '../app/page-work.ts'
import type { Case, Sample, Workload } from '../workload.ts'

const CALLS_A_MS = 10
const MEASURED_MS = 2_000
const FRAME_MS = 1_000 / 60
/** The recorder is full before it is measured: then each call also makes room. */
const EARLIER = 20_000

type View = 'timeline' | 'tasks' | 'calls' | 'traces' | 'events'

export const panel: Workload = {
  id: 'panel',
  title: 'Devtools: 10,000 calls a second with the panel open',
  what:
    `Each frame tells a full recorder (20,000 calls) of the calls that are due, six events each. Counted are the scripts of recorder and panel, for ${MEASURED_MS / 1_000} s: ` +
    'of a frame of 60 a second on average, of the worst twentieth of the frames, and of the longest.',
  metrics: {
    frame: { label: 'a frame', unit: 'ms' },
    p95: { label: 'p95 of frames', unit: 'ms' },
    longest: { label: 'the longest frame', unit: 'ms' },
    recorder: { label: 'the recorder, a frame', unit: 'ms' },
  },
  mostRounds: 5,
  warmups: 1,
  cases: () => [
    caseOf('recorder', 'the recorder alone', undefined),
    ...(['timeline', 'tasks', 'calls', 'traces', 'events'] as const).map((view) =>
      caseOf(view, `the panel, ${view}`, view),
    ),
  ],
}

function caseOf(id: string, label: string, view: View | undefined): Case {
  return { id, label, open: async () => ({ sample: () => sampleOf(view), close: () => {} }) }
}

async function sampleOf(view: View | undefined): Promise<Sample> {
  const { runtime, make, tell } = callSource()
  const recorder = startRecorder({ runtimes: [runtime] })
  for (const event of make(EARLIER, performance.now())) tell(event)
  const work = watchPageWork()
  const place = document.createElement('div')
  place.style.cssText = 'position: fixed; inset: auto 0 0; height: 420px; width: 1200px'
  document.body.append(place)
  const root = createRoot(place)
  if (view !== undefined) {
    root.render(createElement(AtelierDevtoolsPanel, { recorder, initialView: view }))
    await until(() => shadowOf(place)?.querySelector('.panel [role="tabpanel"] > *') != null, work)
  }
  const frames: number[] = []
  let recorderMs = 0
  const began = performance.now()
  let told = began
  work.since()
  while (told < began + MEASURED_MS) {
    await work.nextFrame()
    const now = performance.now()
    const events = make(Math.round((now - told) * CALLS_A_MS), now)
    told = now
    const start = performance.now()
    events.forEach(tell)
    const ms = performance.now() - start
    recorderMs += ms
    frames.push(ms + work.since())
  }
  const elapsed = performance.now() - began
  root.unmount()
  place.remove()
  recorder.stop()
  work.stop()
  const all = frames.reduce((sum, ms) => sum + ms, 0)
  frames.sort((a, b) => a - b)
  return {
    frame: (all / elapsed) * FRAME_MS,
    p95: frames[Math.floor(0.95 * frames.length)] ?? Number.NaN,
    longest: frames.at(-1) ?? Number.NaN,
    recorder: (recorderMs / elapsed) * FRAME_MS,
  }
}

function shadowOf(place: HTMLElement): ShadowRoot | null | undefined {
  return place.querySelector('[data-atelier-devtools] > div')?.shadowRoot
}

async function until(holds: () => boolean, work: PageWork): Promise<void> {
  while (!holds()) await work.nextFrame()
}
