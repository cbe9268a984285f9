/** Stores span ids as bytes: half the size of their hex digits, and no strings for the garbage collector to trace. */

const BYTES = 8
/** The ids of one call: its span and its parent span. */
const STRIDE = 2 * BYTES

export class IdColumn {
  readonly bytes: Uint8Array

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity * STRIDE)
  }

  write(slot: number, spanId: string, parentSpanId: string | undefined): void {
    this.writeHex(slot * STRIDE, spanId)
    this.writeHex(slot * STRIDE + BYTES, parentSpanId ?? '')
  }

  spanId(slot: number): string {
    return this.readHex(slot * STRIDE)
  }

  parentSpanId(slot: number): string | undefined {
    const hex = this.readHex(slot * STRIDE + BYTES)
    return hex === '0'.repeat(2 * BYTES) ? undefined : hex
  }

  private writeHex(at: number, hex: string): void {
    for (let index = 0; index < BYTES; index++) {
      this.bytes[at + index] = (digit(hex, 2 * index) << 4) | digit(hex, 2 * index + 1)
    }
  }

  private readHex(at: number): string {
    let hex = ''
    for (let index = 0; index < BYTES; index++) hex += HEX[this.bytes[at + index] ?? 0] ?? ''
    return hex
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** 0 if it is not a digit, so an id that is too short ends with zeros. */
function digit(hex: string, index: number): number {
  const code = hex.charCodeAt(index) | 32
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : 0
}
