/** The keys of the panel. They work while the focus is inside the panel but not in an input field. */
import type { KeyboardEvent } from 'react'
import { totalMs } from '../model/call-times.ts'
import { copy, exportFile } from './files.ts'
import { type Choices, type Moment, TABS } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'
import { nameOf, traceparentOf } from './traceparent.ts'

/** The keys in the order in which the help lists them. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['1 – 5', 'views'],
  ['/', 'filter'],
  ['W S', 'zoom in, out'],
  ['A D', 'pan'],
  ['0', 'all of the recording'],
  ['Z', 'zoom to the selection'],
  ['F', 'follow'],
  ['G', 'fold or unfold all tasks'],
  ['T', 'fold or show idle time'],
  ['← →', 'previous, next call of the lane'],
  ['↑ ↓', 'call of the lane above, below; of the list'],
  ['Enter', 'into the details of the selection'],
  ['N', 'next slowest call'],
  ['L', 'next longest frame of the page'],
  ['I', 'next slowest interaction'],
  ['P', 'the call that made the selected one'],
  ['X', 'abort the selected call'],
  ['C', 'copy its traceparent'],
  ['E', 'export the session'],
  ['R', 'record'],
  ['Space', 'pause the view'],
  ['?', 'keys'],
  ['Esc', 'back, then close'],
]

/** True if the key was handled. */
export function runKey(event: KeyboardEvent, store: PanelStore, isDocked: boolean): boolean {
  const target = event.target as HTMLElement
  const isField = target.matches('input, select, textarea')
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (event.key === 'Escape') return back(store, isDocked)
  if (isField || ([' ', 'Enter'].includes(event.key) && target.matches('button, summary, label')))
    return false
  const act = keyMap(event, store)[event.key.toLowerCase()]
  act?.()
  return act !== undefined
}

function keyMap(event: KeyboardEvent, store: PanelStore): Readonly<Record<string, () => void>> {
  const { timeline } = store
  const view = store.getView()
  const call = view.call?.call
  const tabs = TABS.map((tab, index) => [`${index + 1}`, () => store.set({ tab })] as const)
  return {
    ...Object.fromEntries(tabs),
    '/': () => {
      store.set({ tab: 'calls' })
      const panel = panelOf(event)
      requestAnimationFrame(() => panel.querySelector<HTMLElement>('.filter input')?.focus())
    },
    ' ': store.toggleFrozen,
    '?': () => store.set({ isHelpOpen: !view.isHelpOpen }),
    e: () => void exportFile('session', store),
    r: store.toggleRecording,
    n: () => store.set({ selected: nextSlowest(store), traceId: undefined, moment: undefined }),
    l: () => store.set(nextMoment(store, 'frame')),
    i: () => store.set(nextMoment(store, 'interaction')),
    ...((call || view.trace || view.momentDetail) && {
      enter: () => panelOf(event).querySelector<HTMLElement>('.pane button:not([aria-label])')?.focus(),
    }),
    ...(call && {
      x: () => {
        if (!store.session.actions) return store.tell('A session file is read-only')
        const hasAborted = store.session.actions?.abort(call) ?? false
        store.tell(hasAborted ? `Aborted ${nameOf(call)}` : `${nameOf(call)} had settled`)
      },
      c: () => void copy(traceparentOf(call), 'traceparent', store),
      p: () => {
        const parent = store.session
          .callsOfTrace(call.traceId)
          .find(({ spanId }) => spanId === call.parentSpanId)
        if (parent) store.set({ selected: parent.row })
        else store.set({ selected: undefined, traceId: call.traceId })
      },
    }),
    ...(timeline && {
      w: () => timeline.zoom(0.7),
      s: () => timeline.zoom(1 / 0.7),
      a: () => timeline.pan(-0.2),
      d: () => timeline.pan(0.2),
      '0': () => timeline.showAll(),
      z: () => timeline.showSelection(),
      f: () => timeline.follow(),
      arrowleft: () => timeline.selectNext(-1),
      arrowright: () => timeline.selectNext(1),
      arrowup: () => timeline.selectLane(-1),
      arrowdown: () => timeline.selectLane(1),
      g: () => timeline.foldAll(),
      t: () => foldIdle(store),
    }),
  }
}

/** Folds or unfolds idle time on the timeline, and announces it. */
export function foldIdle(store: PanelStore): void {
  const isIdleFolded = !store.getChoices().isIdleFolded
  store.set({ isIdleFolded, notice: isIdleFolded ? 'Idle time is folded' : 'Idle time is shown' })
}

/** Closes whatever was opened last. False if nothing is left to close. */
function back(store: PanelStore, isDocked: boolean): boolean {
  const { isHelpOpen, selected, traceId, moment, filter } = store.getChoices()
  if (isHelpOpen) store.set({ isHelpOpen: false })
  else if (selected !== undefined) store.set({ selected: undefined })
  else if (moment !== undefined) store.set({ moment: undefined })
  else if (traceId !== undefined) store.set({ traceId: undefined })
  else if (filter !== '') store.set({ filter: '', firstRow: 0 })
  else if (isDocked) store.toggle()
  else return false
  return true
}

/** The next slowest call after the selected one, or the slowest of all if none is selected. */
function nextSlowest(store: PanelStore): number | undefined {
  const { session } = store
  const now = session.now()
  const { selected } = store.getChoices()
  const sorted = [...session.calls()].sort((a, b) => totalMs(b, now) - totalMs(a, now))
  return sorted[sorted.findIndex(({ row }) => row === selected) + 1]?.row
}

/** The next longest frame, or the next slowest interaction, after the selected one. */
function nextMoment({ session, getChoices }: PanelStore, kind: Moment['kind']): Partial<Choices> {
  const { moment } = getChoices()
  const all = kind === 'frame' ? session.frames() : session.interactions()
  const sorted = [...all].sort((a, b) => b.durationMs - a.durationMs)
  const at = moment?.kind === kind ? sorted.findIndex((each) => each.startTime === moment.startTime) : -1
  const next = sorted[at + 1]
  if (next) return { moment: { kind, startTime: next.startTime } }
  const what = kind === 'frame' ? 'long frame' : 'slow interaction'
  return { notice: at < 0 ? `No ${what} was recorded` : `There is no other ${what}` }
}

function panelOf({ currentTarget }: KeyboardEvent): Element {
  return currentTarget
}
