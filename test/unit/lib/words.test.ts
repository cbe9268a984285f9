/** Any value in words: the functions that never throw. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isError, messageOf, nameOf, stackOf, toText } from '../../../src/lib/words.ts'

const boom = (): never => {
  throw new Error('boom')
}

class Custom extends Error {
  override name = 'Custom'
}

const NOT_READABLE = 'a value that cannot be read'

/** What it is, the value, its text, its message, its name. */
const table: readonly [what: string, make: () => unknown, text: string, message: string, name: string][] = [
  ['a string', () => 'plain', 'plain', 'plain', ''],
  ['an empty string', () => '', '', '', ''],
  ['undefined', () => undefined, 'undefined', 'undefined', ''],
  ['null', () => null, 'null', 'null', ''],
  ['a number', () => -0.5, '-0.5', '-0.5', ''],
  ['a bigint', () => 5n, '5', '5', ''],
  ['a symbol', () => Symbol('s'), 'Symbol(s)', 'Symbol(s)', ''],
  ['a short array', () => [1, 'a'], '1,a', '1,a', ''],
  ['a long array', () => Array(101).fill(1), '[object Array]', '[object Array]', ''],
  ['a typed array', () => new Uint8Array(9), '[object Uint8Array]', '[object Uint8Array]', ''],
  ['a plain object', () => ({ a: 1 }), '[object Object]', '[object Object]', ''],
  ['an object with a text', () => ({ toString: () => 'mine' }), 'mine', 'mine', ''],
  ['an error', () => new TypeError('bad'), 'TypeError: bad', 'bad', 'TypeError'],
  ['an error without a message', () => new TypeError(), 'TypeError', '', 'TypeError'],
  ['an error of a class', () => new Custom('bad'), 'Custom: bad', 'bad', 'Custom'],
  ['a DOMException', () => new DOMException('gone', 'AbortError'), 'AbortError: gone', 'gone', 'AbortError'],
  [
    'what Emscripten throws',
    () => ({ name: 'ExitStatus', message: 'exit(1)', status: 1 }),
    'ExitStatus: exit(1)',
    'exit(1)',
    'ExitStatus',
  ],
  ['an object with a message alone', () => ({ message: 'm' }), 'm', 'm', ''],
  ['an object with a name alone', () => ({ name: 'n' }), '[object Object]', '[object Object]', ''],
  ['an object without a prototype', () => Object.create(null), '[object Object]', '[object Object]', ''],
  ['a toString that is a number', () => ({ toString: 5 }), '[object Object]', '[object Object]', ''],
  ['a toString that throws', () => ({ toString: boom }), '[object Object]', '[object Object]', ''],
  [
    'a toString that gives an object',
    () => ({ toString: () => ({}) }),
    '[object Object]',
    '[object Object]',
    '',
  ],
  ['a tag that throws', () => hostileTag(), NOT_READABLE, NOT_READABLE, ''],
  ['a revoked proxy', () => revoked({}), NOT_READABLE, NOT_READABLE, ''],
  ['a revoked proxy of an error', () => revoked(new Error('x')), NOT_READABLE, NOT_READABLE, ''],
  ['a proxy all of whose traps throw', () => trapped(), NOT_READABLE, NOT_READABLE, ''],
  ['an error whose message getter throws', () => withGetter('message'), 'Error', '', 'Error'],
  ['an error whose name getter throws', () => withGetter('name'), 'Error: x', 'x', 'Error'],
  [
    'an error whose message is a symbol',
    () => withField('message', Symbol('s')),
    'Error: Symbol(s)',
    'Symbol(s)',
    'Error',
  ],
  ['an error whose name is a symbol', () => withField('name', Symbol('s')), 'Error: x', 'x', 'Error'],
  ['an error whose message is a number', () => withField('message', 5), 'Error: 5', '5', 'Error'],
  [
    'an error whose message has no text',
    () => withField('message', Object.create(null)),
    'Error: [object Object]',
    '[object Object]',
    'Error',
  ],
]

describe('a value in words', () => {
  it.each(table)('%s', (_what, make, text, message, name) => {
    const value = make()
    expect({ text: toText(value), message: messageOf(value), name: nameOf(value) }).toEqual({
      text,
      message,
      name,
    })
  })

  it('is a string, whatever the value', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withTypedArray: true, withDate: true }), (value) => {
        for (const words of [toText, messageOf, nameOf]) expect(words(value)).toBeTypeOf('string')
      }),
    )
  })

  it('is not the whole source of a function', () => {
    expect(toText(new Function(`return "${'x'.repeat(5_000)}"`)).length).toBeLessThanOrEqual(1_000)
  })
})

describe('the stack of a value', () => {
  it.each([
    ['an error', Object.assign(new Error('x'), { stack: 'here' }), 'here'],
    ['an error without one', Object.assign(new Error('x'), { stack: undefined }), undefined],
    ['an error whose stack is no string', Object.assign(new Error('x'), { stack: 5 }), undefined],
    ['an error whose stack getter throws', withGetter('stack'), undefined],
    ['a revoked proxy', revoked({}), undefined],
    ['nothing', null, undefined],
  ])('%s', (_what, value, expected) => {
    expect(stackOf(value)).toBe(expected)
  })
})

describe('an error is known', () => {
  it.each([
    ['an error', new RangeError('x'), true],
    ['a DOMException', new DOMException('x'), true],
    ['what looks like one', { name: 'Error', message: 'x' }, false],
    ['a string', 'Error: x', false],
    ['a revoked proxy', revoked(new Error('x')), false],
  ])('%s', (_what, value, expected) => {
    expect(isError(value)).toBe(expected)
  })
})

function withGetter(name: string): Error {
  return Object.defineProperty(new Error('x'), name, { get: boom })
}

function withField(name: string, value: unknown): Error {
  return Object.defineProperty(new Error('x'), name, { value })
}

function hostileTag(): object {
  return Object.defineProperty({}, Symbol.toStringTag, { get: boom })
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function trapped(): object {
  return new Proxy(
    {},
    { get: boom, has: boom, getPrototypeOf: boom, getOwnPropertyDescriptor: boom, ownKeys: boom },
  )
}
