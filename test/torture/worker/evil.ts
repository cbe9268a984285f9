/** What a handler can return, throw or report that is hard to carry: each kind by its name. */
import type { TaskContext } from 'atelier-react/worker'
import { echoOf } from './methods.ts'

/** An error that the suite makes on purpose, on whichever side. */
export function bareError(text: string): Error {
  return new EvalError(`on purpose: ${text}`)
}

export const failKinds = [
  'error',
  'late',
  'named',
  'object',
  'string',
  'symbol',
  'undefined',
  'bare',
  'messageGetter',
  'stackNumber',
  'cyclic',
  'aggregate',
] as const

/** Throws, or rejects; what carries a text says which call it was. */
export function thrown(slot: number, kind: string): unknown {
  const text = `on purpose: call ${slot}`
  switch (kind) {
    case 'late':
      return Promise.reject(new RangeError(text))
    case 'named':
      throw Object.assign(new Error(text), { name: 'NamedError', status: slot })
    case 'object':
      throw { name: 'ExitStatus', message: text, status: slot }
    case 'string':
      throw text
    case 'symbol':
      throw Symbol(text)
    case 'undefined':
      throw undefined
    case 'bare':
      throw Object.create(null)
    case 'messageGetter':
      throw Object.defineProperty(new Error(), 'message', {
        get() {
          throw bareError('message')
        },
      })
    case 'stackNumber':
      throw Object.assign(new Error(text), { stack: 5, name: Symbol('name') })
    case 'cyclic': {
      const error = new Error(text) as Error & { self?: unknown }
      error.self = error
      throw error
    }
    case 'aggregate':
      throw new AggregateError([new TypeError(text), Symbol('in it')], text)
    default:
      throw new Error(text)
  }
}

export const evilKinds = [
  'function',
  'symbol',
  'proxy',
  'getter',
  'thenGetter',
  'constructorGetter',
  'deep',
  'progressFunction',
  'progressGetter',
  'undefined',
  'nan',
] as const

const trap = (name: PropertyKey): object =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw bareError('getter')
    },
  })

/** A result that cannot be carried, or only just. */
export function evilResult({ progress }: TaskContext, slot: number, kind: string): unknown {
  switch (kind) {
    case 'progressFunction':
      progress({ f: () => slot })
      return echoOf(slot, 1)
    case 'progressGetter':
      progress(trap('field'))
      return echoOf(slot, 1)
    case 'function':
      return { slot, f: () => slot }
    case 'symbol':
      return Symbol('result')
    case 'proxy': {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      return { proxy }
    }
    case 'getter':
      return trap('field')
    case 'thenGetter':
      return trap('then')
    case 'constructorGetter':
      return Object.defineProperty(Promise.resolve(echoOf(slot, 1)), 'constructor', {
        get() {
          throw bareError('constructor')
        },
      })
    case 'deep': {
      let value: unknown = slot
      for (let level = 0; level < 2_000; level++) value = [value]
      return value
    }
    case 'nan':
      return Number.NaN
    default:
      return undefined
  }
}

export const spanKinds = [
  'plain',
  'nested',
  'nameForgotten',
  'nameSymbol',
  'nameFunction',
  'nameUrl',
  'attributesGetter',
  'attributesOdd',
  'throwsBare',
  'throwsOdd',
  'many',
] as const

/** Opens spans as a handler should not; the result, or what is thrown, is the handler's all the same. */
export function spanOf(context: TaskContext, slot: number, kind: string): unknown {
  const give = () => echoOf(slot, 1)
  const open = context.span as (name: unknown, fn?: unknown, attributes?: unknown) => unknown
  switch (kind) {
    case 'nested':
      return context.span('outer', (outer) => outer.span('inner', give))
    case 'nameForgotten':
      return open(give)
    case 'nameSymbol':
      return open(Symbol('name'), give)
    case 'nameFunction':
      return open(() => 'name', give)
    case 'nameUrl':
      return open(new URL('https://example.org/'), give)
    case 'attributesGetter':
      return open('span', give, trap('attribute'))
    case 'attributesOdd':
      return open('span', give, { f: () => 1, s: Symbol('s'), n: Number.NaN, big: 1n, none: undefined })
    case 'throwsBare':
      return context.span('span', () => {
        throw Object.create(null)
      })
    case 'throwsOdd':
      return context.span('span', () => {
        throw Object.assign(new Error(`on purpose: call ${slot}`), { name: 5, stack: Symbol('stack') })
      })
    case 'many':
      for (let n = 0; n < 40; n++) context.span(`span ${n}`, give)
      return give()
    default:
      return context.span('span', give)
  }
}
