/** Saves recordings as files, for other tools and other people's panels. Data leaves the page only by a download. */
import type { FileKind } from './exported-files.ts'
import type { PanelStore } from './panel-store.ts'

/** Saves the session that the panel shows. */
export async function exportFile(kind: FileKind, store: PanelStore): Promise<void> {
  const { session } = store
  try {
    const { fileOf } = await import('./exported-files.ts')
    const { name, text } = fileOf(session, kind)
    download(store, name, text)
  } catch (error) {
    store.tell(`Cannot save the file: ${messageOf(error)}`)
  }
}

/** Shows a session file. If the file is not valid, the panel says so and nothing else changes. */
export async function openFile(file: Blob, store: PanelStore): Promise<void> {
  try {
    const { readSession } = await import('./exported-files.ts')
    store.show(readSession(await file.text()))
  } catch (error) {
    store.tell(`Cannot open the file: ${messageOf(error)}`)
  }
}

/** Shows the text of a session file that the page passed. If it is not valid, the panel says so in place of the calls. */
export async function openText(text: string, store: PanelStore): Promise<void> {
  try {
    const { readSession } = await import('./exported-files.ts')
    store.show(readSession(text))
  } catch (error) {
    store.fail(`Cannot open the session file: ${messageOf(error)}.`)
  }
}

export async function copy(text: string, what: string, store: PanelStore): Promise<void> {
  try {
    await store.view.navigator.clipboard.writeText(text)
    store.tell(`Copied ${what}`)
  } catch {
    store.tell(`The browser refused the clipboard. The ${what}: ${text}`)
  }
}

/** Uses a data URL, which works on pages whose policy forbids `blob:`. */
function download(store: PanelStore, name: string, json: string): void {
  const link = document.createElement('a')
  link.href = `data:application/json;charset=utf-8,${encodeURIComponent(json)}`
  link.download = name
  link.click()
  store.tell(`Saved ${name}`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
