/** Files: what is recorded, for other tools and for other people's panels. Nothing leaves the page but by a download. */
import { chromeTraceOf } from '../model/exports.ts'
import { otlpOf } from '../model/otlp.ts'
import { readSession, writeSession } from '../model/session-file.ts'
import type { PanelStore } from './panel-store.ts'

export function exportSession(store: PanelStore): void {
  download(store, 'atelier-session.json', writeSession(store.session))
}

export function exportChromeTrace(store: PanelStore): void {
  download(store, 'atelier-trace.json', JSON.stringify(chromeTraceOf(store.session)))
}

export function exportOtlp(store: PanelStore): void {
  const name = store.session.runtimes().at(-1)?.name ?? 'atelier'
  download(store, 'atelier-otlp.json', JSON.stringify(otlpOf(store.session, name)))
}

/** Shows a session file; one that is none is told, and nothing changes. */
export async function openFile(file: Blob, store: PanelStore): Promise<void> {
  try {
    store.show(readSession(await file.text()))
  } catch (error) {
    store.tell(`Cannot open the file: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export async function copy(text: string, what: string, store: PanelStore): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    store.tell(`Copied ${what}`)
  } catch {
    store.tell(`The browser refused the clipboard. The ${what}: ${text}`)
  }
}

/** As a data URL: a page that forbids `blob:` still lets its user save what the user asked for. */
function download(store: PanelStore, name: string, json: string): void {
  const link = document.createElement('a')
  link.href = `data:application/json;charset=utf-8,${encodeURIComponent(json)}`
  link.download = name
  link.click()
  store.tell(`Saved ${name}`)
}
