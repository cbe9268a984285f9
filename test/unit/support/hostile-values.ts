/** Values that resist: each can be given back, thrown, reported, or used as a name. */
// oxlint-disable unicorn/no-thenable -- what resists is the point

const fail = (): never => {
  throw new Error('it does not want to be read')
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

export const hostileValues: readonly (readonly [what: string, make: () => unknown])[] = [
  ['a symbol', () => Symbol('s')],
  ['a function', () => () => 5],
  ['an object without a prototype', () => Object.create(null)],
  ['an object whose toString is no function', () => ({ toString: 5, valueOf: 5 })],
  ['an object whose toString throws', () => ({ toString: fail, toJSON: fail, [Symbol.toPrimitive]: fail })],
  ['a revoked proxy', revoked],
  ['a revoked proxy within', () => ({ inner: revoked() })],
  ['a getter that throws', () => Object.defineProperty({}, 'a', { get: fail, enumerable: true })],
  [
    'a getter of a symbol that throws',
    () => Object.defineProperty({ a: 1 }, Symbol('s'), { get: fail, enumerable: true }),
  ],
  ['a then that throws', () => Object.defineProperty({}, 'then', { get: fail, enumerable: true })],
  [
    'a proxy whose traps throw',
    () => new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail, has: fail }),
  ],
  ['a proxy of flat data', () => new Proxy({ a: 1 }, {})],
  ['a proxy of a flat list', () => new Proxy([1, 2], {})],
  [
    'an error whose words are symbols',
    () => Object.assign(new Error('x'), { name: Symbol('n'), message: Symbol('m'), stack: 5 }),
  ],
  [
    'an error whose words throw',
    () => {
      const error = new Error('x')
      // Node makes the text of the stack, from the words, when it is first touched.
      void error.stack
      return Object.defineProperties(error, {
        name: { get: fail },
        message: { get: fail },
        stack: { get: fail },
      })
    },
  ],
  ['a list of holes', () => Array(3)],
  ['a long list of holes', () => Array(2 ** 32 - 1)],
  ['a map that holds a function', () => new Map([['f', () => {}]])],
  ['a generator', () => (function* () {})()],
  ['a url', () => new URL('https://example.com')],
]
