/** Validates values that come from a file. An error for an unexpected value says where it is. */

/** Reads one value. `path` is for the error. */
export type Read<Value> = (value: unknown, path: string) => Value

/** The error for a session file with an unexpected or missing value. */
export class ShapeError extends TypeError {
  override readonly name = 'ShapeError'
}

export const text: Read<string> = (value, path) =>
  typeof value === 'string' ? value : refuse(path, value, 'a string')

/** A number. JSON has no Infinity, so it is written as text. */
export const number: Read<number> = (value, path) => {
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse(path, value, 'a number')
}

export const flag: Read<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(path, value, 'true or false')

export function oneOf<Word extends string>(...words: readonly Word[]): Read<Word> {
  return (value, path) =>
    words.includes(value as Word)
      ? (value as Word)
      : refuse(path, value, words.map((word) => `"${word}"`).join(' | '))
}

export function optional<Value>(read: Read<Value>): Read<Value | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : read(value, path))
}

export function listOf<Value>(read: Read<Value>, most = 100_000): Read<Value[]> {
  return (value, path) => {
    if (!Array.isArray(value)) refuse(path, value, 'an array')
    const list = value as unknown[]
    if (list.length > most) refuse(path, `${list.length} entries`, `at most ${most}`)
    return list.map((each, index) => read(each, `${path}[${index}]`))
  }
}

/** An object with these members. Others are left out. */
export function shape<Members extends object>(
  members: { readonly [Name in keyof Members]-?: Read<Members[Name]> },
): Read<Members> {
  return (value, path) => {
    const given = record(value, path)
    const entries = Object.entries<Read<unknown>>(members).map(([name, read]) => [
      name,
      read(Object.hasOwn(given, name) ? given[name] : undefined, path === '' ? name : `${path}.${name}`),
    ])
    return Object.fromEntries(entries) as Members
  }
}

/** An object with any members whose values are valid JSON. */
export const record: Read<Readonly<Record<string, unknown>>> = (value, path) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : refuse(path, value, 'an object')

export function refuse(path: string, value: unknown, expected: string): never {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : describe(value)
  throw new ShapeError(`${path || 'the file'}: expected ${expected}, got ${shown}`)
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  return Array.isArray(value)
    ? 'an array'
    : typeof value === 'object' && value !== null
      ? 'an object'
      : String(value)
}
