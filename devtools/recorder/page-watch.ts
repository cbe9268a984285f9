/** Watches the page itself: long frames, slow interactions, and when it was hidden. */
import type { FrameRow, InteractionRow, ScriptRow } from '../model/types.ts'
import { withoutOwnWork } from './own-work.ts'

/** What a recording learns about the page. */
export interface PageEvents {
  frame(frame: FrameRow): void
  interaction(interaction: InteractionRow): void
  visibility(isHidden: boolean, time: number): void
}

/** Users do not notice interactions shorter than this, in ms. */
const SLOW_INTERACTION_MS = 40

/** Performance timeline entries that the type libraries lack. @foreign */
interface LongFrameEntry extends PerformanceEntry {
  readonly blockingDuration?: number
  readonly scripts?: readonly LongScript[]
}

/** @foreign */
interface LongScript extends PerformanceEntry {
  readonly invoker?: string
  readonly sourceURL?: string
  readonly sourceFunctionName?: string
  readonly forcedStyleAndLayoutDuration?: number
}

/** @foreign */
interface InteractionEntry extends PerformanceEntry {
  readonly interactionId?: number
  readonly processingStart: number
  readonly processingEnd: number
  readonly target?: Element | null
}

/** Watches until the returned function is called. Entries that the browser does not support are not watched. */
export function watchPage(events: PageEvents): () => void {
  const types: readonly string[] = globalThis.PerformanceObserver?.supportedEntryTypes ?? []
  const stops: (() => void)[] = []
  const observe = (options: PerformanceObserverInit & { type: string }, each: (entry: never) => void) => {
    if (!types.includes(options.type)) return
    const observer = new PerformanceObserver((list) =>
      list.getEntries().forEach((entry) => each(entry as never)),
    )
    observer.observe({ buffered: true, ...options })
    stops.push(() => observer.disconnect())
  }
  const source = types.includes('long-animation-frame') ? 'long-animation-frame' : 'longtask'
  observe({ type: source }, (entry: LongFrameEntry) => {
    const frame = withoutOwnWork(frameOf(entry, source))
    if (frame !== null) events.frame(frame)
  })
  observe(
    { type: 'event', durationThreshold: SLOW_INTERACTION_MS } as { type: string },
    (entry: InteractionEntry) => {
      if (entry.interactionId) events.interaction(interactionOf(entry))
    },
  )
  const { document } = globalThis
  if (document !== undefined) {
    const told = () => events.visibility(document.hidden, performance.now())
    document.addEventListener('visibilitychange', told)
    stops.push(() => document.removeEventListener('visibilitychange', told))
    if (document.hidden) told()
  }
  return () => {
    for (const stop of stops) stop()
  }
}

function frameOf(entry: LongFrameEntry, source: FrameRow['source']): FrameRow {
  const { startTime, duration, scripts = [] } = entry
  // A long task reports no more than its duration: the time above 50 ms blocks.
  const blockingMs = entry.blockingDuration ?? Math.max(0, duration - 50)
  return { startTime, durationMs: duration, blockingMs, source, scripts: scripts.map(scriptOf) }
}

function scriptOf(script: LongScript): ScriptRow {
  return {
    invoker: script.invoker || script.sourceFunctionName || script.name,
    source: script.sourceURL ?? '',
    startTime: script.startTime,
    durationMs: script.duration,
    layoutMs: script.forcedStyleAndLayoutDuration ?? 0,
  }
}

function interactionOf(entry: InteractionEntry): InteractionRow {
  const { name, startTime, duration, processingStart, processingEnd, target } = entry
  const shown = target ? describe(target) : undefined
  return { name, startTime, durationMs: duration, processingStart, processingEnd, target: shown }
}

/** `button#save.primary` */
function describe({ localName, id, classList }: Element): string {
  return `${localName}${id && `#${id}`}${Array.from(classList, (name) => `.${name}`).join('')}`
}
