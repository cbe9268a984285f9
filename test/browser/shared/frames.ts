/** Several pages of one origin: frames, each with a realm, workers and locks that go with it. */
import { onTestFinished } from 'vitest'
import type { makeBroker, openPage, openSharedWorker, Page } from './page.ts'

/** A page in a frame. */
export interface Frame extends Page {
  readonly window: Window
  /** Ends it, as closing the tab would. */
  close(): void
}

type PageWindow = Window &
  typeof globalThis & {
    openPage: typeof openPage
    openSharedWorker: typeof openSharedWorker
    makeBroker: typeof makeBroker
  }

/** Opens a frame, in which `open` makes what the test needs. */
export async function frame(open: (page: PageWindow) => Page): Promise<Frame> {
  const element = document.createElement('iframe')
  onTestFinished(() => element.remove())
  const source = new URL('./page.ts', import.meta.url).href
  // Vitest has put that in the place of import(), in all that it serves.
  element.srcdoc = `<script>var __vitest_browser_runner__ = { wrapDynamicImport: (load) => load() }</script><script type="module">import '${source}'; parent.postMessage('loaded', '*')</script>`
  const loaded = new Promise((resolve) => {
    const listen = ({ data, source: from }: MessageEvent) => {
      if (data !== 'loaded' || from !== element.contentWindow) return
      removeEventListener('message', listen)
      resolve(undefined)
    }
    addEventListener('message', listen)
  })
  document.body.append(element)
  await loaded
  const window = element.contentWindow as PageWindow
  return { ...open(window), window, close: () => element.remove() }
}

let names = 0
/** An engine that no other test has. */
export const engineName = (): string => `test-${Date.now()}-${++names}`

export const sharedOf = (page: Page) => page.task.control.getSnapshot().shared
