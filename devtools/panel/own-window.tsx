/** The panel in a window: one that stays on top if the browser has such, else a popup. It returns when either is closed. */
import { createRoot } from 'react-dom/client'
import { dress, type Look } from './dress.ts'
import { Panel } from './panel.tsx'
import type { PanelStore } from './panel-store.ts'

/** Document Picture-in-Picture, which the type libraries lack. @foreign */
interface PictureInPicture {
  requestWindow(size: { width: number; height: number }): Promise<Window>
}

const SIZE = { width: 1_100, height: 560 }

/** Moves the panel into a window. Call it in a click handler, or the browser blocks the window. */
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
    // An event of the panel may have closed it, and React cannot unmount a root during its own work.
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
    // Another such window is open, or this page is in a frame. Use a popup instead.
  }
  return window.open('', '', `popup,width=${SIZE.width},height=${SIZE.height}`)
}
