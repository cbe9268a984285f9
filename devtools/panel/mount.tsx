/** Puts the panel into a shadow root, with its styles and a separate React root that errors of the page do not reach. */
import { createRoot, type Root } from 'react-dom/client'
import { FORMAT, sessionOf, VERSION } from '../model/still-session.ts'
import { startRecorder } from '../recorder/recorder.ts'
import type {
  AtelierDevtoolsHandle,
  AtelierDevtoolsPanelProps,
  AtelierDevtoolsProps,
  CommonDevtoolsProps,
} from './devtools-props.ts'
import { Dock } from './dock.tsx'
import { dress } from './dress.ts'
import { openText } from './files.ts'
import { Panel } from './panel.tsx'
import { PanelStore } from './panel-store.ts'

/** Adds the button and the dock at the end of the page. Returns a function that removes them. */
export function mountDock(props: AtelierDevtoolsProps): () => void {
  const host = document.createElement('div')
  host.dataset['atelierDevtools'] = ''
  document.body.append(host)
  const { recorder, runtimes, initialIsOpen = false, position = 'bottom' } = props
  const store: PanelStore = new PanelStore({
    recorder,
    makeRecorder: () => startRecorder({ runtimes }),
    isOpen: initialIsOpen,
    dock: position,
    isRemembered: true,
    openWindow: () => void import('./own-window.tsx').then(({ moveToWindow }) => moveToWindow(store, props)),
  })
  const root = createRoot(dress(host, props))
  const { hotkey, buttonPosition = 'bottom-right' } = props
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === hotkey) store.toggle()
  }
  if (hotkey !== undefined) window.addEventListener('keydown', onKey)
  root.render(<Dock store={store} corner={buttonPosition} runtimes={runtimes ?? []} />)
  const letGo = handOut(store, props)
  return () => {
    letGo()
    window.removeEventListener('keydown', onKey)
    takeAway(host, root, store)
  }
}

/** Adds the panel inside an element of the page. Returns a function that removes it. */
export function mountPanel(place: HTMLElement, props: AtelierDevtoolsPanelProps): () => void {
  const host = document.createElement('div')
  host.style.height = '100%'
  place.append(host)
  const { recorder, runtime, sessionFile, initialTrace, initialView } = props
  const store = new PanelStore({
    recorder,
    makeRecorder: () => startRecorder({ runtimes: runtime ? [runtime] : [] }),
    file: sessionFile === undefined ? undefined : NO_SESSION,
    runtimeName: runtime?.name,
    isOpen: true,
    tab: initialView ?? (initialTrace === undefined ? 'calls' : 'traces'),
    traceId: initialTrace,
  })
  const root = createRoot(dress(host, props))
  root.render(<Panel store={store} />)
  if (sessionFile !== undefined) void openText(sessionFile, store)
  const letGo = handOut(store, props)
  return () => {
    letGo()
    takeAway(host, root, store)
  }
}

/** Gives the page a handle while the panel exists. Returns a function that takes it back. */
function handOut({ openTrace }: PanelStore, { handle }: CommonDevtoolsProps): () => void {
  const own: AtelierDevtoolsHandle = { openTrace }
  if (handle) handle.current = own
  // StrictMode mounts a second panel before the first is removed.
  return () => {
    if (handle?.current === own) handle.current = null
  }
}

/** Shown until the file is read, because the page's own calls are not those of the file. */
const NO_SESSION = sessionOf({
  format: FORMAT,
  version: VERSION,
  startTime: 0,
  endTime: 0,
  timeOrigin: 0,
  droppedCalls: 0,
  earlierCalls: 0,
  runtimes: [],
  tasks: [],
  workers: [],
  calls: [],
  spans: [],
  roots: [],
  frames: [],
  interactions: [],
  progress: [],
  hidden: [],
  events: [],
})

/** Deferred until after any current render of the page: React cannot unmount one root while another renders. */
function takeAway(host: HTMLElement, root: Root, store: PanelStore): void {
  host.remove()
  store.dispose()
  queueMicrotask(() => root.unmount())
}
