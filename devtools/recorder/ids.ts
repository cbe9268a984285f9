/** Ids of traces and spans as bytes: half the length of their hex digits, and no string for the collector of garbage to follow. */

const TRACE_BYTES = 16
const SPAN_BYTES = 8
/** Of one call: its trace, its span, the span above it. */
const STRIDE = TRACE_BYTES + 2 * SPAN_BYTES

export class IdColumn {
  readonly bytes: Uint8Array

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity * STRIDE)
  }

  write(slot: number, traceId: string, spanId: string, parentSpanId: string | undefined): void {
    const at = slot * STRIDE
    this.writeHex(at, TRACE_BYTES, traceId)
    this.writeHex(at + TRACE_BYTES, SPAN_BYTES, spanId)
    this.writeHex(at + TRACE_BYTES + SPAN_BYTES, SPAN_BYTES, parentSpanId ?? '')
  }

  traceId(slot: number): string {
    return this.readHex(slot * STRIDE, TRACE_BYTES)
  }

  spanId(slot: number): string {
    return this.readHex(slot * STRIDE + TRACE_BYTES, SPAN_BYTES)
  }

  parentSpanId(slot: number): string | undefined {
    const hex = this.readHex(slot * STRIDE + TRACE_BYTES + SPAN_BYTES, SPAN_BYTES)
    return hex === '0'.repeat(2 * SPAN_BYTES) ? undefined : hex
  }

  /** Whether the call is of the trace, without making its id. */
  isOfTrace(slot: number, trace: Uint8Array): boolean {
    const at = slot * STRIDE
    for (let index = 0; index < TRACE_BYTES; index++) {
      if (this.bytes[at + index] !== trace[index]) return false
    }
    return true
  }

  private writeHex(at: number, length: number, hex: string): void {
    for (let index = 0; index < length; index++) {
      this.bytes[at + index] = (digit(hex, 2 * index) << 4) | digit(hex, 2 * index + 1)
    }
  }

  private readHex(at: number, length: number): string {
    let hex = ''
    for (let index = 0; index < length; index++) hex += HEX[this.bytes[at + index] ?? 0] ?? ''
    return hex
  }
}

/** The bytes of a trace id, for {@link IdColumn.isOfTrace}. */
export function traceBytes(traceId: string): Uint8Array {
  const column = new IdColumn(1)
  column.write(0, traceId, '', undefined)
  return column.bytes.slice(0, TRACE_BYTES)
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** 0 for what is no digit: an id that is too short ends with zeros. */
function digit(hex: string, index: number): number {
  const code = hex.charCodeAt(index) | 32
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : 0
}
