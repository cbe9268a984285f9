/**
 * What callers and handlers give as attributes, read once and made safe: getters run here and nowhere else, values that
 * no attribute can hold are left out, and Atelier's own names stay Atelier's.
 */
import { OWN_ATTRIBUTE } from './span-names.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { Attributes, AttributeValue } from '../../types/telemetry.ts'

const ATTRIBUTE = 'an attribute'

/** A copy of one or two sets of attributes, the second over the first; `undefined` where nothing is left. */
export function callerAttributes(guard: SinkGuard, first: unknown, second?: unknown): Attributes | undefined {
  if (first === undefined && second === undefined) return undefined
  const kept: Record<string, AttributeValue> = {}
  copyInto(kept, first, guard)
  copyInto(kept, second, guard)
  for (const _name in kept) return kept
  return undefined
}

/** One value as an attribute can hold it; `undefined` where it cannot, or where the name is one of Atelier's own. May throw. */
export function callerAttribute(guard: SinkGuard, name: unknown, value: unknown): AttributeValue | undefined {
  if (typeof name !== 'string' || name === '__proto__') return undefined
  if (OWN_ATTRIBUTE.test(name)) {
    guard.once('own attribute', () => [
      `Atelier: the attribute "${name}" was left out, because Atelier writes it itself. Choose another name.`,
    ])
    return undefined
  }
  if (isPlain(value)) return value
  return Array.isArray(value) ? (value.filter(isElement) as AttributeValue) : undefined
}

function copyInto(kept: Record<string, AttributeValue>, given: unknown, guard: SinkGuard): void {
  if (typeof given !== 'object' || given === null) return
  try {
    for (const name of Object.keys(given)) copyOne(kept, name, given, guard)
  } catch (error) {
    guard.failed(ATTRIBUTE, error)
  }
}

/** A getter that throws costs its own attribute. */
function copyOne(kept: Record<string, AttributeValue>, name: string, given: object, guard: SinkGuard): void {
  try {
    const value = callerAttribute(guard, name, (given as Record<string, unknown>)[name])
    if (value !== undefined) kept[name] = value
  } catch (error) {
    guard.failed(ATTRIBUTE, error)
  }
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isElement(value: unknown): boolean {
  return isPlain(value) || value === null || value === undefined
}
