/** What arrives, as a type: data without methods, what the platform clones as it is, and what codecs keep. */
import {
  type Callback,
  callback,
  type Cloned,
  codec,
  createTaskRuntime,
  type EventPayloadOf,
  type FunctionsDoNotCross,
  type ProgressOf,
  type ResultOf,
  type TaskApi,
  taskOptions,
} from 'atelier-react'
import { expectTypeOf } from 'vitest'

class Money {
  readonly cents: number = 1
  #currency = 'EUR'
  plus(other: Money): Money {
    return this.#currency === '' ? this : other
  }
}

interface Hit {
  id: string
  score?: number
  readonly tags: readonly string[]
  parent: Hit | null
}
interface Plot extends Record<string, unknown> {
  points: [x: number, y: number][]
}
type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
type Branded = string & { readonly __brand: 'id' }

// What lacks nothing keeps its type, and its name.
expectTypeOf<Cloned<Hit>>().toEqualTypeOf<Hit>()
expectTypeOf<Cloned<Hit[]>>().toEqualTypeOf<Hit[]>()
expectTypeOf<Cloned<Plot>>().toEqualTypeOf<Plot>()
expectTypeOf<Cloned<Json>>().toEqualTypeOf<Json>()
expectTypeOf<Cloned<Branded>>().toEqualTypeOf<Branded>()
expectTypeOf<Cloned<'a' | 'b' | undefined>>().toEqualTypeOf<'a' | 'b' | undefined>()
expectTypeOf<Cloned<Map<string, Hit> | Set<Date>>>().toEqualTypeOf<Map<string, Hit> | Set<Date>>()
expectTypeOf<
  Cloned<Uint8Array | Blob | File | ImageBitmap | ReadableStream<string> | RangeError>
>().toEqualTypeOf<Uint8Array | Blob | File | ImageBitmap | ReadableStream<string> | RangeError>()
expectTypeOf<Cloned<WebAssembly.Module | CryptoKey | ImageData>>().toEqualTypeOf<
  WebAssembly.Module | CryptoKey | ImageData
>()
expectTypeOf<Cloned<unknown>>().toEqualTypeOf<unknown>()
expectTypeOf<Cloned<never>>().toEqualTypeOf<never>()
// oxlint-disable-next-line typescript/no-explicit-any -- it stays what it is
expectTypeOf<Cloned<any>>().toBeAny()
expectTypeOf<Cloned<void>>().toEqualTypeOf<void>()

// An object of a class is its data, wherever it is.
expectTypeOf<Cloned<Money>>().toEqualTypeOf<{ readonly cents: number }>()
expectTypeOf<Cloned<Money[]>>().toEqualTypeOf<{ readonly cents: number }[]>()
expectTypeOf<Cloned<readonly [Money, number?]>>().toEqualTypeOf<
  readonly [{ readonly cents: number }, number?]
>()
expectTypeOf<Cloned<Map<string, Money>>>().toEqualTypeOf<Map<string, { readonly cents: number }>>()
expectTypeOf<Cloned<{ price?: Money; id: number }>>().toEqualTypeOf<{
  price?: { readonly cents: number }
  id: number
}>()

// A function is nothing that arrives.
expectTypeOf<Cloned<() => void>>().toEqualTypeOf<FunctionsDoNotCross>()
expectTypeOf<Cloned<{ at: number; run(): void }>>().toEqualTypeOf<{ at: number }>()
expectTypeOf<Cloned<Callback<(row: Hit) => void>>>().toEqualTypeOf<Callback<(row: Hit) => void>>()

const money = codec(Money, { name: 'money', encode: ({ cents }) => cents, decode: () => new Money() })

// Of a worker, without codecs and with them.
interface Shop {
  price(id: string): Promise<Money>
  prices(): AsyncGenerator<Money, Money>
  pay(price: Money, later?: boolean): Hit
  first<T>(list: T[]): T
  watch(listener: () => void): void
  handler(): () => void
}
const plain = createTaskRuntime().defineTask(
  taskOptions<Shop>({ type: 'parallel', worker: () => new Worker('') }),
)
const kept = createTaskRuntime().defineTask(
  taskOptions<TaskApi<Shop, { codecs: [typeof money] }>>({
    type: 'parallel',
    worker: () => new Worker(''),
    codecs: [money],
  }),
)
expectTypeOf(plain.price('a')).resolves.toEqualTypeOf<{ readonly cents: number }>()
expectTypeOf(kept.price('a')).resolves.toEqualTypeOf<Money>()
expectTypeOf<ResultOf<Shop, 'prices'>>().toEqualTypeOf<{ readonly cents: number }>()
expectTypeOf(kept.prices().next()).resolves.toEqualTypeOf<IteratorResult<Money, Money>>()
expectTypeOf(plain.pay(new Money())).resolves.toEqualTypeOf<Hit>()
expectTypeOf(plain.pay({ cents: 2 }, true)).resolves.toEqualTypeOf<Hit>()
// @ts-expect-error the codec wants an object of the class
void kept.pay({ cents: 2 })
// @ts-expect-error a function does not cross
void plain.watch(() => {})
expectTypeOf(plain.handler()).resolves.toEqualTypeOf<FunctionsDoNotCross>()
expectTypeOf(plain.first([1])).resolves.toEqualTypeOf<unknown>()

// Progress is a handler's.
type Typed = TaskApi<Shop, { progress: { pay: number } }>
expectTypeOf<Typed['pay']>().toEqualTypeOf<Shop['pay']>()
// @ts-expect-error there is no handler of this name
type Misspelled = TaskApi<Shop, { progress: { pay: number; pya: number } }>
expectTypeOf<Misspelled>().not.toBeAny()

// What a worker says beside its results is data, with codecs, too: they do not look at it.
type Saying = TaskApi<
  { ask(confirm: Callback<(price: Money) => Money>): void },
  { progress: { ask: Money }; events: { paid: Money; open: undefined }; codecs: [typeof money] }
>
expectTypeOf<ProgressOf<Saying, 'ask'>>().toEqualTypeOf<{ readonly cents: number }>()
expectTypeOf<EventPayloadOf<Saying, 'paid'>>().toEqualTypeOf<{ readonly cents: number }>()
expectTypeOf<EventPayloadOf<Saying, 'open'>>().toEqualTypeOf<undefined>()
expectTypeOf<Parameters<Callback<(price: Money) => Money>>>().toEqualTypeOf<[price: Money]>()
expectTypeOf<ReturnType<Callback<(price: Money) => Money>>>().toEqualTypeOf<
  Promise<{ readonly cents: number }>
>()
const saying = createTaskRuntime().defineTask(
  taskOptions<Saying>({ type: 'singleton', worker: () => new Worker(''), codecs: [money] }),
)
void saying.ask(
  callback((price) => {
    expectTypeOf(price).toEqualTypeOf<{ readonly cents: number }>()
    return new Money()
  }),
)
// @ts-expect-error the object has lost its class
void saying.ask(callback((price: Money) => price.plus(price)))
