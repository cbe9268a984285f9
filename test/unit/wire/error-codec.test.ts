/** Errors as data: what comes out on the other side is what was thrown, as far as it can be, and nothing resists. */
import vm from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeThrown, type Encoded, encodeThrown } from '../../../src/wire/error-codec.ts'
import { registerErrorClass } from '../../../src/wire/error-classes.ts'

class NotFound extends Error {
  readonly path: string
  constructor(path: string) {
    super(`no ${path}`)
    this.path = path
  }
}

class Invalid extends Error {
  override name = 'Invalid'
  readonly errors = [{ field: 'name' }, { field: 'age' }]
}

class Refused extends Error {
  constructor(needed: { reason: string }) {
    super(`refused: ${needed.reason}`)
  }
}
registerErrorClass(Refused)

class Several extends Error {
  readonly errors = [{ field: 'name' }]
}
registerErrorClass(Several)

class Batch extends AggregateError {
  override name = 'Batch'
}
registerErrorClass(Batch)

class Offline extends DOMException {
  readonly since = 5
}
registerErrorClass(Offline)

/** There and back, over a wire that clones. */
function roundTrip(thrown: unknown): unknown {
  return decodeThrown(structuredClone<Encoded>(encodeThrown(thrown)))
}

const plain = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.bigInt(),
)
const fields = fc.dictionary(
  fc.string().filter((name) => !['name', 'message', 'stack', 'cause', 'errors', '__proto__'].includes(name)),
  fc.oneof(plain, fc.array(plain, { maxLength: 3 }), fc.dictionary(fc.string({ maxLength: 3 }), plain)),
  { maxKeys: 3 },
)
const builtIn = fc.constantFrom<ErrorConstructor[]>(
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  EvalError,
  URIError,
)

interface Thrown {
  readonly type: ErrorConstructor
  readonly message: string
  readonly name: string | undefined
  readonly fields: Record<string, unknown>
  readonly cause: unknown
  readonly errors: readonly unknown[] | undefined
}
const { error } = fc.letrec<{ error: Error }>((tie) => ({
  error: fc
    .record<Thrown>({
      type: builtIn,
      message: fc.string(),
      name: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      fields,
      cause: fc.option(fc.oneof({ maxDepth: 2 }, plain, tie('error')), { nil: undefined }),
      errors: fc.option(fc.array(fc.oneof({ maxDepth: 2 }, plain, tie('error')), { maxLength: 3 }), {
        nil: undefined,
      }),
    })
    .map(build),
}))

function build({ type: Type, message, name, fields: own, cause, errors }: Thrown): Error {
  const options = cause === undefined ? undefined : { cause }
  const made = errors ? new AggregateError(errors, message, options) : new Type(message, options)
  if (name !== undefined) made.name = name
  for (const [field, value] of Object.entries(own)) {
    Object.defineProperty(made, field, { value, enumerable: true, configurable: true, writable: true })
  }
  return made
}

/** Everything that can be seen of a thrown value, as plain data. */
function seen(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown
  const { name, message, stack, cause } = thrown
  const { name: _own, ...own } = { ...thrown }
  return {
    type: Object.getPrototypeOf(thrown) as unknown,
    name,
    message,
    stack,
    own,
    cause: seen(cause),
    errors: thrown instanceof AggregateError ? thrown.errors.map(seen) : undefined,
  }
}

describe('an error', () => {
  it('comes back with its class, name, message, stack, own fields, cause and parts', () => {
    fc.assert(
      fc.property(error, (thrown) => {
        expect(seen(roundTrip(thrown))).toEqual(seen(thrown))
      }),
      { numRuns: 100 },
    )
  })

  it('of a class that is not registered keeps the name of the class', () => {
    expect(roundTrip(new NotFound('a.txt'))).toMatchObject({ name: 'NotFound', path: 'a.txt' })
  })

  it('of a class that is registered is an instance of it again, its constructor not run', () => {
    const back = roundTrip(new Refused({ reason: 'full' }))
    expect(back).toBeInstanceOf(Refused)
    expect(back).toMatchObject({ name: 'Error', message: 'refused: full' })
  })

  it('with a list of errors of its own is no AggregateError for that', () => {
    expect(roundTrip(new Several())).toBeInstanceOf(Several)
    expect(roundTrip(new Several())).toMatchObject({ errors: [{ field: 'name' }] })
    expect(roundTrip(new Invalid())).not.toBeInstanceOf(AggregateError)
    expect(roundTrip(new Invalid())).toMatchObject({
      name: 'Invalid',
      errors: [{ field: 'name' }, { field: 'age' }],
    })
  })

  it('of the DOM stays one', () => {
    const back = roundTrip(new DOMException('gone', 'NotFoundError')) as DOMException
    expect(back).toBeInstanceOf(DOMException)
    expect([back.name, back.message]).toEqual(['NotFoundError', 'gone'])
  })

  it('of a class that is registered, and extends one of the DOM, is both', () => {
    const back = roundTrip(new Offline('no net', 'NetworkError'))
    expect(back).toBeInstanceOf(Offline)
    expect(back).toMatchObject({ name: 'NetworkError', message: 'no net', since: 5, code: 19 })
    // A name is no class: the DOM has errors of the names of JavaScript's.
    expect(roundTrip(new DOMException('bad', 'SyntaxError'))).not.toBeInstanceOf(SyntaxError)
  })

  it('shows where it was called from below the stack of the worker', () => {
    const back = decodeThrown(encodeThrown(new Error('x')), 'task.method (call-1)') as Error
    expect(back.stack).toMatch(/^Error: x\n[^]*\n {4}at \(page\) task\.method \(call-1\)$/)
  })

  it('leaves out the fields that cannot be cloned, and runs no getter', () => {
    const thrown = Object.assign(new Error('x'), { ok: 1, bad: () => {}, sign: Symbol('s') })
    Object.defineProperty(thrown, 'lazy', { enumerable: true, get: () => expect.unreachable() })
    expect({ ...(roundTrip(thrown) as Error) }).toEqual({ ok: 1 })
  })

  it('cannot reach a prototype by its fields', () => {
    const thrown = Object.defineProperty(new Error('x'), '__proto__', {
      value: { hacked: 1 },
      enumerable: true,
    })
    expect(roundTrip(thrown)).not.toHaveProperty('hacked')
  })

  it('that is its own cause, or stands in its own fields, is one error on the other side as well', () => {
    const ring: Error & { self?: unknown } = new Error('ring')
    ring.cause = ring
    ring.self = ring
    const back = roundTrip(ring) as typeof ring
    expect(back.cause).toBe(back)
    expect(back.self).toBe(back)
  })

  it('that occurs twice occurs twice on the other side', () => {
    const shared = new RangeError('shared')
    const thrown = new AggregateError([shared, new Error('x', { cause: shared })], 'all')
    const [first, second] = (roundTrip(thrown) as AggregateError).errors as [Error, Error]
    expect(first).toBeInstanceOf(RangeError)
    expect(second.cause).toBe(first)
  })

  it('in a field keeps its class', () => {
    const back = roundTrip(Object.assign(new Error('x'), { reason: new TypeError('inner') }))
    expect((back as { reason: unknown }).reason).toBeInstanceOf(TypeError)
  })

  it('of WebAssembly keeps its class', () => {
    for (const type of [WebAssembly.CompileError, WebAssembly.LinkError, WebAssembly.RuntimeError]) {
      const back = roundTrip(new type('unreachable'))
      expect(back).toBeInstanceOf(type)
      expect(back).toMatchObject({ name: type.name, message: 'unreachable' })
    }
  })

  it('of a registered subclass of AggregateError keeps its class and its parts', () => {
    const back = roundTrip(new Batch([new RangeError('one'), 'two'], 'several'))
    expect(back).toBeInstanceOf(Batch)
    expect(back).toMatchObject({ name: 'Batch', message: 'several', errors: [{ message: 'one' }, 'two'] })
  })

  it('of the DOM keeps its own fields', () => {
    const thrown = Object.assign(new DOMException('full', 'QuotaExceededError'), { store: 'photos', left: 5 })
    const back = roundTrip(thrown)
    expect(back).toBeInstanceOf(DOMException)
    expect({ ...(back as object) }).toEqual({ store: 'photos', left: 5 })
  })

  it('shows no field that the engine has hidden', () => {
    const thrown = Object.assign(new Error('x'), { shown: 1 })
    for (const [name, value] of Object.entries({ fileName: 'a.js', lineNumber: 3, columnNumber: 7 }))
      Object.defineProperty(thrown, name, { value, configurable: true, writable: true })
    const back = roundTrip(thrown) as Error
    expect(Object.keys(back)).toEqual(['shown'])
    expect(back).toMatchObject({ fileName: 'a.js', lineNumber: 3, columnNumber: 7 })
  })

  it('of another realm is an error', () => {
    const back = roundTrip(vm.runInNewContext('Object.assign(new TypeError("far"), { code: 5 })'))
    expect(back).toBeInstanceOf(TypeError)
    expect(back).toMatchObject({ name: 'TypeError', message: 'far', code: 5 })
  })
})

describe('the call site below the stack of a worker', () => {
  const site = 't.m (call-1)'
  const v8 = 'Error: x\n    at run (w.js:1:2)'
  const mail = 'Error: a@b.c:1\n    at w.js:1:2'
  const firefox = 'run@http://a/w.js:1:2\n@http://a/w.js:9:1'
  const safari = 'run@http://a/w.js:1:2\nPromise@[native code]\n@'
  it.each([
    ['V8', v8, `${v8}\n    at (page) ${site}`],
    ['V8, with an @ in the message', mail, `${mail}\n    at (page) ${site}`],
    ['Firefox', `${firefox}\n`, `${firefox}\n(page) ${site}@`],
    ['Safari', safari, `${safari}\n(page) ${site}@`],
    ['no frames', 'Error: x', `Error: x\n    at (page) ${site}`],
  ])('has the form of the engine: %s', (_engine, stack, joined) => {
    const thrown = Object.assign(new Error('x'), { stack })
    expect((decodeThrown(encodeThrown(thrown), site) as Error).stack).toBe(joined)
  })
})

describe('what is thrown and is no error', () => {
  it('comes back as it is', () => {
    const thrown = { name: 'ExitStatus', message: 'exit(1)', status: 1 }
    expect(roundTrip(thrown)).toEqual(thrown)
  })

  it('and cannot be cloned still reads like itself', () => {
    const thrown = { name: 'ExitStatus', message: 'exit(1)', run() {} }
    expect(roundTrip(thrown)).toEqual({ name: 'ExitStatus', message: 'exit(1)' })
  })
})
