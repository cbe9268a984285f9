/** Whatever holds objects of classes that have a codec arrives with them, in both directions; what fails is one call's own. */
import fc from 'fast-check'
import { codec } from 'atelier-react/core'
import { expect, it } from 'vitest'
import { makeLab } from '../support/lab.ts'

class Money {
  readonly cents: number
  constructor(cents: number) {
    this.cents = cents
  }
}

class Box {
  readonly content: unknown
  constructor(content: unknown) {
    this.content = content
  }
}

/** Of this one, `encode` throws. */
class Bad {
  readonly why = 'on purpose'
}

const codecs = [
  codec(Money, { name: 'money', encode: ({ cents }) => cents, decode: (cents) => new Money(cents) }),
  codec(Box, {
    name: 'box',
    encode: ({ content }) => ({ content }),
    decode: ({ content }) => new Box(content),
  }),
  codec(Bad, {
    name: 'bad',
    encode() {
      throw new RangeError('not this one')
    },
    decode: () => new Bad(),
  }),
]

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(fc.integer(), fc.string({ maxLength: 8 }), fc.constant(null), fc.boolean()),
    fc.integer().map((cents) => new Money(cents)),
    fc.array(tie('value'), { maxLength: 4 }),
    // With holes, also at its end, and with fields that have names.
    fc
      .tuple(fc.array(fc.tuple(fc.nat({ max: 5 }), tie('value')), { maxLength: 3 }), fc.nat({ max: 9 }))
      .map(([items, length]) => Object.assign([], { length }, Object.fromEntries(items))),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 2 }), tie('value'))
      .map(([items, total]) => Object.assign(items, { total })),
    fc.dictionary(fc.oneof(fc.string({ maxLength: 4 }), fc.constant('__proto__')), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    fc
      .array(fc.tuple(fc.string({ maxLength: 4 }), tie('value')), { maxLength: 3 })
      .map((all) => new Map(all)),
    fc.array(tie('value'), { maxLength: 3 }).map((all) => new Set(all)),
    tie('value').map((content) => new Box(content)),
  ),
}))

it('values arrive as they are, and come back; one that cannot be encoded fails alone', async () => {
  const { task, settle } = makeLab(
    () => ({ echo: (given: unknown) => given, classes: (given: unknown) => classesIn(given) }),
    { codecs, maxInFlight: 4, maxQueueDepth: 100 },
    { lifecycle: { codecs } },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(value, { maxLength: 4 }), fc.boolean(), async (values, hasBad) => {
      const echoes = values.map((each) => task.echo(each))
      const counts = values.map((each) => task.classes(each))
      const bad = hasBad ? task.echo([new Bad()]).catch((error: Error) => error.message) : undefined
      await settle()
      expect(await Promise.all(echoes)).toStrictEqual(values)
      expect(await Promise.all(counts)).toEqual(values.map(classesIn))
      if (bad) expect(await bad).toContain('args[0][0]')
    }),
    { numRuns: 150 },
  )
})

/** How many objects of the classes are in a value, by what they are there. */
function classesIn(given: unknown): number {
  if (typeof given !== 'object' || given === null) return 0
  if (given instanceof Money) return 1
  if (given instanceof Box) return 1 + classesIn(given.content)
  const parts = given instanceof Map || given instanceof Set ? [...given.values()] : Object.values(given)
  return parts.reduce<number>((sum, part) => sum + classesIn(part), 0)
}
