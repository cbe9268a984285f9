/**
 * The numbers of a message with many calls or replies travel as one block of memory. An array is cloned number by number:
 * that took six times as long in WebKit and Firefox.
 */

/** So many numbers are worth a block of memory, which has a price by itself. */
const LEAST = 256

/** Numbers of calls or replies, one behind the other. */
export type Rows = readonly number[] | Int32Array

/** As they travel best; an array where they are few, or one of them does not fit. */
export function packRows(rows: number[]): Rows {
  return rows.length >= LEAST && rows.every(fits) ? new Int32Array(rows) : rows
}

/** Also of another realm, as behind an in-process worker in jsdom. */
export function isRows(value: unknown): value is Rows {
  return Array.isArray(value) || ArrayBuffer.isView(value)
}

function fits(value: number): boolean {
  return (value | 0) === value
}
