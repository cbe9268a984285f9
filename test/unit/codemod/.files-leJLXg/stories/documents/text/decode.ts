/** Turns the bytes of a file into text, or says why they are none. */
import { formatBytes } from './byte-size.ts'
import { UnreadableDocumentError } from './unreadable-document-error.ts'

/** Files over this are refused before a byte is read. */
export const maxDocumentBytes = 20_000_000

/** Of the first characters of a text at most this share may be control characters. */
const maxControlShare = 0.02
const sampledCharacters = 65_536

export function assertReadableSize(bytes: number, limit = maxDocumentBytes): void {
  if (bytes === 0) throw new UnreadableDocumentError('empty', 'The file is empty: it has 0 bytes.')
  if (bytes > limit) {
    throw new UnreadableDocumentError(
      'too-large',
      `The file is too large: ${formatBytes(bytes)}, and the limit is ${formatBytes(limit)}.`,
    )
  }
}

/** UTF-8, or UTF-16 when a byte order mark says so. The mark itself is not part of the text. */
export function decodeText(bytes: Uint8Array): string {
  assertReadableSize(bytes.byteLength)
  const encoding = encodingOf(bytes)
  let text: string
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    // A decoder stops at the first bad sequence; whether that is a photograph or an old encoding, the bytes tell.
    if (looksBinary(bytes)) throw binary('its bytes are no text in any encoding')
    throw new UnreadableDocumentError('encoding', `The file is not valid ${encoding.toUpperCase()} text.`)
  }
  const nul = text.indexOf('\0')
  if (nul !== -1) throw binary(`there is a NUL character at position ${nul}`)
  const share = controlShare(text)
  if (share > maxControlShare) throw binary(`${Math.round(share * 100)} % of it is control characters`)
  return text
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

function looksBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, sampledCharacters)
  let control = 0
  for (const byte of sample) {
    if (byte === 0) return true
    if (isControl(byte)) control += 1
  }
  return control / sample.length > maxControlShare
}

function controlShare(text: string): number {
  const length = Math.min(text.length, sampledCharacters)
  let control = 0
  for (let i = 0; i < length; i += 1) if (isControl(text.charCodeAt(i))) control += 1
  return length === 0 ? 0 : control / length
}

/** Tab, line feed, vertical tab, form feed, carriage return and escape do occur in honest text files. */
function isControl(code: number): boolean {
  return (code < 32 && (code < 9 || code > 13) && code !== 27) || code === 127
}

function binary(what: string): UnreadableDocumentError {
  return new UnreadableDocumentError('binary', `The file is binary, not text: ${what}.`)
}
