/** Values that no option expects, by their names. */
import { onPurpose } from './purpose.ts'

const trapped = (): never => {
  throw onPurpose('a trap')
}
const traps = new Proxy({}, { get: () => trapped }) as ProxyHandler<object>

/** An object whose fields with these names throw when they are read. */
const getters = (...names: PropertyKey[]): object =>
  Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { get: trapped, enumerable: true, configurable: true }])),
  )

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function deep(levels: number): unknown {
  let value: unknown = 0
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

const makers: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  nan: () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  negative: () => -1,
  huge: () => 2 ** 53,
  days: () => 2 ** 31 + 5,
  fraction: () => 0.5,
  big: () => 10n,
  symbol: () => Symbol('hostile'),
  empty: () => '',
  long: () => 'x'.repeat(100_000),
  number: () => 5,
  function: () => () => 5,
  array: () => [],
  object: () => ({}),
  bare: () => Object.create(null) as object,
  revoked,
  traps: () => new Proxy({}, traps),
  functionTraps: () => new Proxy(() => {}, traps),
  messageGetter: () => getters('message', 'name', 'stack'),
  errorGetter: () => Object.defineProperty(new Error(), 'message', { get: trapped }),
  thenGetter: () => getters('then'),
  toStringNumber: () => ({ toString: 5, valueOf: 5 }),
  toStringThrows: () => ({ toString: trapped }),
  symbolMessage: () => Object.assign(new Error('x'), { message: Symbol('m'), name: Symbol('n') }),
  traceStateThrows: () => ({
    spanContext: {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
      traceState: { serialize: trapped },
    },
  }),
  traceStateNumber: () => ({
    spanContext: {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
      traceState: { serialize: () => 5 },
    },
  }),
  traceIdNumber: () => ({ spanContext: { traceId: 5, spanId: null, traceFlags: 'x' } }),
  throws: () => trapped,
  deep: () => deep(800),
  deeper: () => deep(5_000),
  cyclic: () => {
    const value: { self?: unknown } = {}
    value.self = value
    return value
  },
  detached: () => {
    const buffer = new ArrayBuffer(8)
    structuredClone(buffer, { transfer: [buffer] })
    return buffer
  },
  view: () => new Uint8Array(8),
  twice: () => {
    const buffer = new ArrayBuffer(8)
    return [buffer, buffer]
  },
  wasm: () => new WebAssembly.Memory({ initial: 1 }).buffer,
  port: () => new MessageChannel().port1,
  node: () => document.body,
  aborted: () => AbortSignal.abort(Symbol('reason')),
  frameSignal: () => ({ aborted: false, addEventListener() {}, removeEventListener() {} }),
}

export const hostileNames = Object.keys(makers)

export function hostile(name: string): unknown {
  return makers[name]?.()
}
