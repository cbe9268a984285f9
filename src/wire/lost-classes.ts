/** Tells, in development, of objects that arrive without their class, because nothing was said of how they keep it: once for each class. */
import { isDevelopment, warnOnce } from '../lib/warn.ts'
import { brandOf } from './brands.ts'
import { labelText, visitParts, WalkBudget } from './value-parts.ts'

/** What is amiss is mostly near the root: development must not walk every graph for its warnings. */
const MOST_VALUES = 200
const MOST_MS = 4

/** `value` was cloned; `path` is its own. */
export function warnOfLostClasses(value: unknown, path: string): void {
  if (!isDevelopment() || typeof value !== 'object' || value === null) return
  try {
    look(value, path)
  } catch {
    // A proxy whose traps throw, or a console of the user's that does.
  }
}

function look(root: object, path: string): void {
  const budget = new WalkBudget(MOST_VALUES, MOST_MS)
  const seen = new Map<object, string>([[root, path]])
  for (const [value, at] of seen) {
    if (!budget.take()) return
    const brand = brandOf(value)
    const name = classOf(value)
    if (name !== undefined)
      warnOnce(`class ${name}`, () => [
        `Atelier: ${at} is a ${name}, and arrives as plain data, without its class and methods. In arguments, results ` +
          `and stream items a codec keeps it: pass codec(${name}, { … }) to taskOptions({ codecs }) and to ` +
          'createTaskWorker(handlers, { codecs }). Otherwise send plain data. This appears once for each class.',
      ])
    visitParts(value, brand, budget, (part, kind, label) => {
      if (typeof part === 'object' && part !== null && !seen.has(part))
        seen.set(part, at + labelText({ kind, name: label }))
    })
  }
}

/** The name of the class of users that an object is of; none of what the platform has made. No getter runs. */
function classOf(value: object): string | undefined {
  for (let at: unknown = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    const type: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value
    if (typeof type !== 'function') continue
    const name: unknown = Object.getOwnPropertyDescriptor(type, 'name')?.value
    // Without a name it cannot be said once.
    if (typeof name !== 'string' || name === '') return undefined
    return isOfPlatform(type, name) ? undefined : name
  }
  return undefined
}

function isOfPlatform(type: unknown, name: string): boolean {
  return (
    (globalThis as Record<string, unknown>)[name] === type ||
    /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(type))
  )
}
