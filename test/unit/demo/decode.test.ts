/** Which files the demo reads as text, and what it says about the others. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBytes } from '../../../stories/documents/text/byte-size.ts'
import { cleanText } from '../../../stories/documents/text/clean.ts'
import { assertReadableSize, decodeText, maxDocumentBytes } from '../../../stories/documents/text/decode.ts'
import { UnreadableDocumentError } from '../../../stories/documents/text/unreadable-document-error.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

/** A word of any script, with nothing in it that `cleanText` would take out. */
const printable = fc
  .stringMatching(/^[a-zA-Zäéßñдж中あ0-9 ,.;:'!?-]{1,200}$/)
  .filter((text) => text.trim() !== '')

describe('decodeText', () => {
  it('gives back what was encoded as UTF-8', () => {
    fc.assert(
      fc.property(printable, (text) => {
        expect(decodeText(utf8(text))).toBe(text)
      }),
    )
  })

  it('reads UTF-16 by its byte order mark, either way round, and drops the mark', () => {
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x48, 0x00, 0x69, 0x00]))).toBe('Hi')
    expect(decodeText(new Uint8Array([0xfe, 0xff, 0x00, 0x48, 0x00, 0x69]))).toBe('Hi')
    expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x48, 0x69]))).toBe('Hi')
  })

  it.each([
    ['empty', new Uint8Array(), 'The file is empty: it has 0 bytes.'],
    [
      'binary',
      utf8('PK\u0003\u0004\0\0'),
      'The file is binary, not text: there is a NUL character at position 4.',
    ],
    [
      'binary',
      utf8('\u0001\u0002\u0003\u0004text'),
      'The file is binary, not text: 50 % of it is control characters.',
    ],
    [
      'binary',
      new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]),
      /^The file is binary, not text: its bytes/,
    ],
    ['encoding', new Uint8Array([0x63, 0x61, 0x66, 0xe9]), 'The file is not valid UTF-8 text.'],
  ])('refuses a file that is %s', (reason, bytes, message) => {
    const error = thrownBy(() => decodeText(bytes))
    expect(error).toMatchObject({
      name: 'UnreadableDocumentError',
      reason,
      message: expect.stringMatching(message),
    })
  })

  it('forgives a stray control character in a long text, as one of the addresses has it', () => {
    const text = `${'A word. '.repeat(50)}\u0002`
    expect(decodeText(utf8(text))).toBe(text)
  })

  it('never gives text with a NUL, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(decodeText(bytes)).not.toContain('\0')
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableDocumentError)
        }
      }),
    )
  })
})

describe('assertReadableSize', () => {
  it('allows the limit itself and names both sizes past it', () => {
    expect(() => assertReadableSize(maxDocumentBytes)).not.toThrow()
    expect(() => assertReadableSize(50_000_000)).toThrow(
      'The file is too large: 50 MB, and the limit is 20 MB.',
    )
  })
})

describe('cleanText', () => {
  it('leaves one kind of line break, no runs of spaces, nothing invisible', () => {
    expect(cleanText('\ufeffOne\u00a0 \ttwo\u00adfold\r\n \r\n\r\n\r\nthree\u200b.\r')).toBe(
      'One twofold\n\nthree.',
    )
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const once = tryOr(() => cleanText(text), undefined)
        fc.pre(once !== undefined)
        expect(cleanText(once)).toBe(once)
      }),
    )
  })

  it('refuses what is only white space', () => {
    expect(thrownBy(() => cleanText(' \n\t\u200b '))).toMatchObject({ reason: 'empty' })
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 KB'],
    [9_949, '9.9 KB'],
    [9_999, '10 KB'],
    [999_499, '999 KB'],
    [999_500, '1.0 MB'],
    [50_000_000, '50 MB'],
  ])('writes %d as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown.')
}

function tryOr<T>(action: () => T, otherwise: T | undefined): T | undefined {
  try {
    return action()
  } catch {
    return otherwise
  }
}
