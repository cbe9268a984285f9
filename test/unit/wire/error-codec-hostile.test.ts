/** Thrown values that resist being taken apart: encoding never throws, and what it makes can be cloned. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeThrown, type Encoded, encodeThrown } from '../../../src/wire/error-codec.ts'
import { makeLab, watch } from '../support/lab.ts'

const boom = (): never => {
  throw new Error('boom')
}

class StaticName extends Error {
  static override name() {
    return 'no string'
  }
}

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {})
  revoke()
  return proxy
}

const hostile: readonly [what: string, make: () => unknown][] = [
  [
    'an object without a prototype that cannot be cloned',
    () => Object.assign(Object.create(null), { run() {} }),
  ],
  ['an object whose toString throws', () => ({ toString: boom })],
  ['an object whose toString gives an object', () => ({ toString: () => ({}) })],
  ['a function', () => () => {}],
  ['a symbol', () => Symbol('s')],
  ['a proxy', () => new Proxy({}, {})],
  ['a revoked proxy', revoked],
  ['an error whose message is a getter that throws', () => withGetter('message')],
  ['an error whose name is a getter that throws', () => withGetter('name')],
  ['an error whose stack is a getter that throws', () => withGetter('stack')],
  ['an error whose cause is a getter that throws', () => withGetter('cause')],
  ['an error whose errors are a getter that throws', () => withGetter('errors')],
  ['an error whose constructor is a getter that throws', () => withGetter('constructor')],
  [
    'an error whose message is an object without a prototype',
    () => withField('message', Object.create(null)),
  ],
  ['an error whose name is a symbol', () => withField('name', Symbol('s'))],
  ['an error of a class whose name is a function', () => new StaticName('x')],
  ['an error in a proxy', () => new Proxy(new Error('x'), {})],
  ['an error whose field is a proxy', () => withField('field', new Proxy({}, {}))],
]

describe('encodeThrown', () => {
  it.each(hostile)('takes %s', (_what, make) => {
    const encoded = encodeThrown(make())
    expect(() => structuredClone(encoded)).not.toThrow()
  })

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withTypedArray: true }), (thrown) => {
        const encoded = structuredClone<Encoded>(encodeThrown(thrown))
        expect(() => decodeThrown(encoded)).not.toThrow()
      }),
    )
  })
})

const malformed: readonly unknown[] = [
  undefined,
  null,
  5,
  'text',
  [],
  {},
  { error: null },
  { error: 5 },
  { error: {} },
  { error: { name: {}, message: [], className: 5, errors: 5, fields: 'x', cause: 5, stack: {} } },
  { error: { errors: [null, { error: 1 }], cause: { same: 9 } } },
  { error: { fields: [5, null, ['a'], ['stack', { value: 1 }, true], [{}, {}, {}]] } },
  { error: { dom: true, name: 5, message: Object.create(null) as unknown } },
  { same: 1 },
  { error: { fields: [['then', { value: 1 }, true]] } },
  { error: { index: 1, cause: { same: 1 } } },
]

describe('decodeThrown', () => {
  it.each(malformed.map((each) => [JSON.stringify(each) ?? 'nothing', each] as const))(
    'gives an error for %s',
    (_what, encoded) => {
      expect(decodeThrown(structuredClone(encoded) as Encoded, 't.m (call-1)')).toBeInstanceOf(Error)
    },
  )

  it('gives an error for one that is nested too deeply', () => {
    let encoded: unknown = { error: { message: 'innermost' } }
    for (let level = 0; level < 100_000; level++) encoded = { error: { message: 'x', cause: encoded } }
    expect(decodeThrown(encoded as Encoded)).toMatchObject({
      message: 'the worker sent an error that cannot be read',
    })
  })

  it('never throws', () => {
    const part = fc.oneof(fc.anything(), fc.record({ error: fc.anything() }), fc.record({ same: fc.nat(3) }))
    const error = fc.record(
      { index: fc.nat(3), name: part, message: part, stack: part, fields: part, cause: part, errors: part },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.record({ error }), (encoded) => {
        expect(decodeThrown(encoded as Encoded)).toBeInstanceOf(Error)
      }),
    )
  })
})

describe('an error that holds itself several times', () => {
  it('is not taken apart again and again', () => {
    expect(JSON.stringify(encodeThrown(selfHolding(4))).length).toBeLessThan(500_000)
  })
})

describe('a handler that throws', () => {
  it.each(hostile)('settles its call, and the next one works: %s', async (_what, make) => {
    const lab = makeLab(() => ({
      fail: (): never => {
        throw make()
      },
      reject: (): Promise<never> => Promise.reject(make()),
      echo: (value: unknown) => value,
    }))
    const fates = [lab.task.fail(), lab.task.reject(), lab.task.echo(1)].map(watch)
    await lab.settle()
    expect(fates.map((fate) => fate().status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  })
})

function withGetter(name: string): Error {
  return Object.defineProperty(new Error('x'), name, { get: boom, enumerable: true })
}

function withField(name: string, value: unknown): Error {
  return Object.defineProperty(new Error('x'), name, { value, enumerable: true })
}

function selfHolding(times: number): Error {
  const held = new AggregateError([], 'holds itself')
  return Object.assign(held, { errors: Array.from({ length: times }, () => held), stack: '' })
}
