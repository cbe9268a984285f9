/**
 * What there must be one of, however often this package is loaded: as ES modules and with `require()`, or once for each entry. It
 * is kept on the global object, under a name that only the same build of the package has.
 */

/** The build replaces it: another version, or another build, keeps to itself. */
const BUILD = 'sources'

const SLOT = Symbol.for(`atelier.${BUILD}`)

/** The thing of that name, which the first copy of the package has made. */
export function oneInstance<T>(name: string, make: () => T): T {
  const holder = globalThis as unknown as Record<typeof SLOT, Map<string, unknown> | undefined>
  const all = (holder[SLOT] ??= new Map<string, unknown>())
  if (!all.has(name)) all.set(name, make())
  return all.get(name) as T
}
