/** What arrives on the other side, as a type: data, as structured clone makes it. */
import type { Codec } from './codec.ts'
import type { CallbackFunction } from './callback.ts'

/**
 * The type of a `T` after it has crossed to a worker or back: an object of a class arrives as plain data, without its methods. A
 * type that loses nothing keeps its name.
 */
export type Cloned<T, Kept = never> = true extends Loses<T, Kept, []> ? ClonedEach<T, Kept> : T

/** Whether methods are found in it, as deep as this: a type may hold itself. */
type Loses<T, Kept, Depth extends 0[]> = Depth['length'] extends 6
  ? false
  : IsAny<T> extends true
    ? false
    : unknown extends T
      ? false
      : T extends Primitive | Platform | CallbackFunction<never, unknown> | Kept
        ? false
        : T extends AnyFunction
          ? true
          : T extends Map<infer Key, infer Value>
            ? Loses<Key | Value, Kept, [...Depth, 0]>
            : T extends Set<infer Member>
              ? Loses<Member, Kept, [...Depth, 0]>
              : T extends readonly unknown[]
                ? Loses<T[number], Kept, [...Depth, 0]>
                : { [Name in keyof T]-?: Loses<T[Name], Kept, [...Depth, 0]> }[keyof T]

type IsAny<T> = 0 extends 1 & T ? true : false

/** In the place of a function: nothing has this type. */
export interface FunctionsDoNotCross {
  'A function cannot cross to a worker: mark it with callback(fn), and its parameter with Callback<…>': never
}

type AnyFunction = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown)

type ClonedEach<T, Kept> = T extends Primitive | Platform | CallbackFunction<never, unknown> | Kept
  ? T
  : T extends AnyFunction
    ? FunctionsDoNotCross
    : T extends Map<infer Key, infer Value>
      ? Map<Cloned<Key, Kept>, Cloned<Value, Kept>>
      : T extends Set<infer Member>
        ? Set<Cloned<Member, Kept>>
        : T extends readonly unknown[]
          ? ClonedList<T, Kept>
          : ClonedFields<T, Kept>

type Primitive = string | number | bigint | boolean | symbol | null | undefined | void

type ClonedList<T extends readonly unknown[], Kept> = number extends T['length']
  ? T extends unknown[]
    ? Cloned<T[number], Kept>[]
    : readonly Cloned<T[number], Kept>[]
  : { [Index in keyof T]: Cloned<T[Index], Kept> }

type ClonedFields<T, Kept> = {
  [Name in keyof T as IsMethod<T[Name]> extends true ? never : Name]: Cloned<T[Name], Kept>
}

type IsMethod<T> =
  IsAny<T> extends true
    ? false
    : [T] extends [never]
      ? false
      : [T] extends [CallbackFunction<never, unknown> | undefined | null]
        ? false
        : [T] extends [AnyFunction | undefined | null]
          ? [T] extends [undefined | null]
            ? false
            : true
          : false

/** A parameter as callers see it: a handler gets what arrives. */
export type Sent<T, Kept = never> =
  IsAny<T> extends true
    ? T
    : T extends CallbackFunction<infer Args, infer Result>
      ? CallbackFunction<ClonedArgs<Args>, Result>
      : T extends (...args: infer Args) => infer Result
        ? FunctionsDoNotCross | CallbackFunction<Args, Awaited<Result>>
        : Cloned<T, Kept>

/** What a handler passes to a callback, as the page receives it. */
type ClonedArgs<Args extends readonly unknown[]> = { [Index in keyof Args]: Cloned<Args[Index]> }

/** Objects of the platform that are cloned or transferred as what they are. Those that a library of types does not have are left out. */
type Platform =
  | Date
  | RegExp
  | Error
  | ArrayBuffer
  | ArrayBufferView
  | GlobalInstance<'SharedArrayBuffer'>
  | GlobalInstance<'Blob'>
  | GlobalInstance<'FileList'>
  | GlobalInstance<'MessagePort'>
  | GlobalInstance<'ReadableStream'>
  | GlobalInstance<'WritableStream'>
  | GlobalInstance<'TransformStream'>
  | GlobalInstance<'OffscreenCanvas'>
  | GlobalInstance<'ImageBitmap'>
  | GlobalInstance<'VideoFrame'>
  | GlobalInstance<'AudioData'>
  | GlobalInstance<'FileSystemHandle'>
  | GlobalInstance<'DOMMatrixReadOnly'>
  | GlobalInstance<'DOMPointReadOnly'>
  | GlobalInstance<'DOMRectReadOnly'>
  | GlobalInstance<'RTCDataChannel'>

type GlobalInstance<Name extends string> = typeof globalThis extends {
  readonly [Key in Name]: { readonly prototype: infer Instance }
}
  ? Instance
  : never

/** The classes of codecs. */
type KeptBy<Codecs> = Codecs extends readonly (infer One)[]
  ? KeptBy<One>
  : Codecs extends Codec<infer T>
    ? T
    : never

/** The classes that arrive as what they are; none where `TaskApi` names no codecs. */
export type KeptOf<Api> = '~extra' extends keyof Api
  ? NonNullable<Api['~extra']> extends { readonly codecs: infer Codecs }
    ? KeptBy<Codecs>
    : never
  : never
