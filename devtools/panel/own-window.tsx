/** The panel in a window: one that stays on top where the browser has such, else a popup. It comes back when either is closed. */
import { createRoot } from 'react-dom/client'
import { dress, type Look } from './dress.ts'
import { Panel } from './panel.tsx'
import type { PanelStore } from './panel-store.ts'

/** Document Picture-in-Picture, which no library of types knows yet. @foreign */
interface PictureInPicture {
  requestWindow(size: { width: number; height: number }): Promise<Window>
}

const SIZE = { width: 1_100, height: 560 }

/** Moves the panel into a window. Call it in a click: browsers open none without. */
export async function moveToWindow(store: PanelStore, look: Look): Promise<void> {
  const view = await open()
  if (view === null) return store.tell('The browser has opened no window: it may block popups')
  const page = view.document
  page.title = 'Atelier devtools'
  page.body.style.margin = '0'
  const host = page.createElement('div')
  host.style.height = '100vh'
  page.body.append(host)
  const root = createRoot(dress(host, look))
  const before = store.getChoices().dock
  store.set({ dock: 'window' })
  store.view = view
  root.render(<Panel store={store} isDocked />)

  let isOver = false
  const end = (): void => {
    if (isOver) return
    isOver = true
    unsubscribe()
    window.removeEventListener('pagehide', end)
    store.view = window
    if (store.getChoices().dock === 'window') store.moveTo(before === 'right' ? 'right' : 'bottom')
    // What has closed it may be an event of the panel: React ends no root inside its own work.
    queueMicrotask(() => {
      root.unmount()
      view.close()
    })
  }
  const unsubscribe = store.subscribe(() => {
    const { dock, isOpen } = store.getChoices()
    if (dock !== 'window' || !isOpen) end()
  })
  view.addEventListener('pagehide', end)
  // A panel without its page shows nothing.
  window.addEventListener('pagehide', end)
}

async function open(): Promise<Window | null> {
  const { documentPictureInPicture } = window as { documentPictureInPicture?: PictureInPicture }
  try {
    if (documentPictureInPicture) return await documentPictureInPicture.requestWindow(SIZE)
  } catch {
    // Another one is open, or this page is a frame: a popup does, too.
  }
  return window.open('', '', `popup,width=${SIZE.width},height=${SIZE.height}`)
}
