/** Saves and opens files. Loaded when first used. */
import { chromeTraceOf } from '../model/exports.ts'
import { otlpOf } from '../model/otlp.ts'
import { readSession, writeSession } from '../model/session-file.ts'
import type { DevtoolsSession } from '../model/types.ts'

/** The formats in which a session can be saved. */
export type FileKind = 'session' | 'chrome' | 'otlp'

/** The name and the text of a file for the session. */
export function fileOf(
  session: DevtoolsSession,
  kind: FileKind,
): { readonly name: string; readonly text: string } {
  if (kind === 'session') return { name: 'atelier-session.json', text: writeSession(session) }
  if (kind === 'chrome') return { name: 'atelier-trace.json', text: JSON.stringify(chromeTraceOf(session)) }
  const runtime = session.runtimes().at(-1)?.name ?? 'atelier'
  return { name: 'atelier-otlp.json', text: JSON.stringify(otlpOf(session, runtime)) }
}

export { readSession }
