/** Puts the panel into a shadow root, with its styles and a React root that the page's own errors do not reach. */
import { createRoot, type Root } from 'react-dom/client'
import { FORMAT, sessionOf, VERSION } from '../model/still-session.ts'
import { startRecorder } from '../recorder/recorder.ts'
import type { AtelierDevtoolsPanelProps, AtelierDevtoolsProps, DevtoolsTheme } from './devtools-props.ts'
import { Dock } from './dock.tsx'
import { openText } from './files.ts'
import { Panel } from './panel.tsx'
import { PanelStore } from './panel-store.ts'
import { STYLES } from './styles.ts'
import { VIEW_STYLES } from './view-styles.ts'

/** The button and the dock, at the end of the page. Returns what takes them away. */
export function mountDock(props: AtelierDevtoolsProps): () => void {
  const host = document.createElement('div')
  host.dataset['atelierDevtools'] = ''
  document.body.append(host)
  const { recorder, runtimes, initialIsOpen = false, position = 'bottom' } = props
  const store = new PanelStore({
    recorder,
    makeRecorder: () => startRecorder({ runtimes }),
    isOpen: initialIsOpen,
    dock: position,
    isRemembered: true,
  })
  const root = rootIn(host, props.theme, props.styleNonce)
  const { hotkey, buttonPosition = 'bottom-right' } = props
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === hotkey) store.toggle()
  }
  if (hotkey !== undefined) window.addEventListener('keydown', onKey)
  root.render(<Dock store={store} corner={buttonPosition} runtimes={runtimes ?? []} />)
  return () => {
    window.removeEventListener('keydown', onKey)
    takeAway(host, root, store)
  }
}

/** The panel inside an element of the page. Returns what takes it away. */
export function mountPanel(place: HTMLElement, props: AtelierDevtoolsPanelProps): () => void {
  const host = document.createElement('div')
  host.style.height = '100%'
  place.append(host)
  const { recorder, runtime, sessionFile, initialView = 'calls' } = props
  const store = new PanelStore({
    recorder,
    makeRecorder: () => startRecorder({ runtimes: runtime ? [runtime] : [] }),
    file: sessionFile === undefined ? undefined : NO_SESSION,
    runtimeName: runtime?.name,
    isOpen: true,
    tab: initialView,
  })
  const root = rootIn(host, props.theme, props.styleNonce)
  root.render(<Panel store={store} />)
  if (sessionFile !== undefined) void openText(sessionFile, store)
  return () => {
    takeAway(host, root, store)
  }
}

/** Until the file is read: this page's own calls are not those of the file. */
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

function rootIn(host: HTMLElement, theme: DevtoolsTheme | undefined, nonce: string | undefined) {
  const shadow = host.attachShadow({ mode: 'open' })
  return createRoot(dress(shadow, theme, nonce))
}

/** After the render of the page that may be under way: React does not end one root inside another's. */
function takeAway(host: HTMLElement, root: Root, store: PanelStore): void {
  host.remove()
  store.dispose()
  queueMicrotask(() => root.unmount())
}

/** Gives a shadow root the styles of the panel, and an element to render into. */
function dress(shadow: ShadowRoot, theme: DevtoolsTheme = 'system', nonce: string | undefined): HTMLElement {
  const text = STYLES + VIEW_STYLES
  const view = shadow.ownerDocument.defaultView ?? window
  if ('adoptedStyleSheets' in shadow && 'replaceSync' in view.CSSStyleSheet.prototype) {
    const sheet = new view.CSSStyleSheet()
    sheet.replaceSync(text)
    shadow.adoptedStyleSheets = [sheet]
  } else {
    const style = shadow.ownerDocument.createElementNS('http://www.w3.org/1999/xhtml', 'style')
    if (nonce !== undefined) style.setAttribute('nonce', nonce)
    style.textContent = text
    shadow.append(style)
  }
  const container = shadow.ownerDocument.createElement('div')
  container.className = 'atelier'
  container.dataset['theme'] = theme
  shadow.append(container)
  return container
}
