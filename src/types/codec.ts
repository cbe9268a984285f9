/** The types of codecs: how objects of a class travel, so that they keep it. */

/** A class whose objects a codec takes apart. */
export type CodecClass<T> = abstract new (...args: never) => T

/** A class of errors that keep it when they are thrown in a worker. */
export type ErrorClass = new (...args: never[]) => Error

/** How objects of a class travel. */
export interface CodecConfig<T, Data = unknown> {
  /** Unique among the codecs of a task, and the same on both sides. */
  readonly name: string
  /** Takes an object apart: what it returns is cloned, and may hold objects of other codecs. */
  // Method syntax: parameters are compared bivariantly.
  encode(value: T): Data
  /** Makes the object again, from what has arrived. */
  decode(data: Data): T
  /** What of the data is transferred, not cloned. @default nothing */
  transfer?(data: Data): Transferable[]
}

/** What {@link codec} returns: give it to `taskOptions({ codecs })` and to `createTaskWorker(handlers, { codecs })`. */
export interface Codec<T = unknown> {
  readonly name: string
  /** Carries the class's type; never there at run time. */
  readonly '~type'?: T
  /** @internal All codecs of a task, at work. */
  readonly '~use'?: (codecs: readonly Codec[]) => CodecsInUse
}

/** The codecs of one task. What they throw is the user's, or a refusal that names the path. */
export interface CodecsInUse {
  readonly names: readonly string[]
  /** The arguments, each object of a class that has a codec taken apart. */
  encodeArgs(args: readonly unknown[]): readonly unknown[]
  /** The value with its objects made again, later: no code of the user's runs meanwhile. */
  decoded(value: unknown, refused: (culprit: string, cause: unknown) => Error): unknown
  /** Handlers that know nothing of it. */
  around<Handlers extends object>(handlers: Handlers, methods: readonly string[]): Handlers
}
