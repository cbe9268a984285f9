/** Walks the parts of a value as structured clone sees them, by descriptors: no getter runs. */
/** How much a walk may look at. */
export class WalkBudget {
  private values: number
  private readonly until: number
  /** Something was left out. */
  isSpent = false

  constructor(values: number, ms: number) {
    this.values = values
    this.until = performance.now() + ms
  }

  /** Called for each value; false when the walk has to end. */
  take(): boolean {
    if (this.isSpent) return false
    // The clock is read now and then: it costs as much as a few values.
    if (--this.values < 0 || ((this.values & 0xff) === 0 && this.isLate())) this.isSpent = true
    return !this.isSpent
  }

  isLate(): boolean {
    return performance.now() > this.until
  }
}

/** How a part is reached: `.name` or `[index]`, an entry of a map by its key, an index among keys or values. */
export interface PartLabel {
  readonly kind: 'property' | 'index' | 'key' | 'value' | 'entry'
  readonly name: string | number
}

/** Receives each part; a getter is passed as undefined. */
export type VisitPart = (
  part: unknown,
  kind: PartLabel['kind'],
  name: PartLabel['name'],
  isGetter: boolean,
) => void

/** Visits the parts of a container; false for a value that has none. Of an error that is more than a clone holds. */
export function visitParts(value: object, brand: string, budget: WalkBudget, visit: VisitPart): boolean {
  switch (brand) {
    case 'Array':
      visitArray(value as unknown[], budget, visit)
      return true
    case 'Object':
    case 'Arguments':
      visitProperties(value, Object.keys(value), budget, visit)
      return true
    case 'Error':
      visitProperties(value, new Set([...Object.keys(value), 'cause']), budget, visit)
      return true
    case 'Map':
      visitMap(value as Map<unknown, unknown>, budget, visit)
      return true
    case 'Set':
      visitSet(value as Set<unknown>, budget, visit)
      return true
    default:
      return false
  }
}

function visitArray(value: unknown[], budget: WalkBudget, visit: VisitPart): void {
  for (let index = 0; index < value.length; index++) {
    if (!budget.take()) return
    const descriptor = Object.getOwnPropertyDescriptor(value, index)
    if (descriptor) visit(descriptor.value, 'index', index, !('value' in descriptor))
  }
  // Names come after the indexes.
  const keys = Object.keys(value)
  let first = keys.length
  while (first > 0 && !/^\d+$/.test(keys[first - 1] as string)) first--
  visitProperties(value, keys.slice(first), budget, visit)
}

function visitProperties(value: object, names: Iterable<string>, budget: WalkBudget, visit: VisitPart): void {
  for (const name of names) {
    if (!budget.take()) return
    const descriptor = Object.getOwnPropertyDescriptor(value, name)
    if (descriptor) visit(descriptor.value, 'property', name, !('value' in descriptor))
  }
}

/** By the built-in iterators: a subclass may iterate as it likes. */
function visitMap(value: Map<unknown, unknown>, budget: WalkBudget, visit: VisitPart): void {
  let index = 0
  const entries = Map.prototype.entries.call(value) as MapIterator<[unknown, unknown]>
  for (let step = entries.next(); step.done !== true && budget.take(); step = entries.next(), index++) {
    const [key, item] = step.value
    visit(key, 'key', index, false)
    visit(item, 'entry', typeof key === 'string' ? key : index, false)
  }
}

function visitSet(value: Set<unknown>, budget: WalkBudget, visit: VisitPart): void {
  let index = 0
  const values = Set.prototype.values.call(value) as SetIterator<unknown>
  for (let step = values.next(); step.done !== true && budget.take(); step = values.next(), index++) {
    visit(step.value, 'value', index, false)
  }
}

/** The label as it appears in a path. */
export function labelText({ kind, name }: PartLabel): string {
  switch (kind) {
    case 'index':
      return `[${name}]`
    case 'key':
      return `.keys()[${name}]`
    case 'value':
      return `.values()[${name}]`
    case 'entry':
      return `.get(${typeof name === 'string' ? JSON.stringify(name) : name})`
    default:
      return /^[A-Za-z_$][\w$]*$/.test(String(name)) ? `.${name}` : `[${JSON.stringify(name)}]`
  }
}
