/** The types of codecs: how objects of a class travel, so that they keep it. */

/** A class whose objects a codec takes apart. */
export type CodecClass<T> = abstract new (...args: never) => T

/** An error class that errors keep when a worker throws them. */
export type ErrorClass = new (...args: never[]) => Error

/** How objects of a class travel. */
export interface CodecConfig<T, Data = unknown> {
  /** Unique among the codecs of a task, and the same on both sides. */
  readonly name: string
  /** Converts an object to data. The data is cloned, and may contain objects of other codecs. */
  // Method syntax: parameters are compared bivariantly.
  encode(value: T): Data
  /** Creates the object from the data that has arrived. */
  decode(data: Data): T
  /** Returns the parts of the data to transfer instead of cloning. @default nothing */
  transfer?(data: Data): Transferable[]
}

/** What {@link codec} returns. Pass it to `taskOptions({ codecs })` and to `createTaskWorker(handlers, { codecs })`. */
export interface Codec<T = unknown> {
  readonly name: string
  /** Carries the class's type; does not exist at run time. */
  readonly '~type'?: T
  /** @internal All codecs of a task, at work. */
  readonly '~use'?: (codecs: readonly Codec[]) => CodecsInUse
}

/** The codecs of one task. What they throw is the user's, or a refusal that names the path. */
export interface CodecsInUse {
  readonly names: readonly string[]
  /** The arguments, each object of a class that has a codec taken apart. */
  encodeArgs(args: readonly unknown[]): readonly unknown[]
  /** The value with its objects created again, later: no user code runs before that. */
  decoded(value: unknown, refused: (culprit: string, cause: unknown) => Error): unknown
  /** Handlers that know nothing of it. */
  around<Handlers extends object>(handlers: Handlers, methods: readonly string[]): Handlers
}
