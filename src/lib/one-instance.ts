/**
 * Objects that must exist once, however often this package is loaded: as ES modules and with `require()`, or once for each entry. They
 * are kept on the global object, under a name that only the same build of the package uses.
 */

/** The build replaces it, so that other versions and other builds have their own objects. */
const BUILD = 'sources'

const SLOT = Symbol.for(`atelier.${BUILD}`)

/** The object with that name, made by the first copy of the package. */
export function oneInstance<T>(name: string, make: () => T): T {
  const holder = globalThis as unknown as Record<typeof SLOT, Map<string, unknown> | undefined>
  const all = (holder[SLOT] ??= new Map<string, unknown>())
  if (!all.has(name)) all.set(name, make())
  return all.get(name) as T
}
