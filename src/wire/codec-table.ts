/** The codecs of one task at work, on either side: arguments and results on their way out and in. */
import { messageOf } from '../lib/words.ts'
import type { CodecsInUse } from '../types/codec.ts'
import { CodecCopy, type CodecEntry, type KnownCodec, pathText, readAt, writeAt } from './codec-copy.ts'
import { Refusal } from './refusal.ts'
import { mapResult } from './handler-results.ts'
import { transfer, transferListOf } from './transfer.ts'

/** What an envelope begins with: nothing of a user's does. */
const MARK = 'atelier:codecs'

type Envelope = readonly [mark: typeof MARK, value: unknown, entries: readonly CodecEntry[]]

type Handler = (...args: unknown[]) => unknown

export class CodecTable implements CodecsInUse {
  readonly names: readonly string[]
  private readonly codecs: readonly KnownCodec[]
  /** Callers that share a run share what it gave: it is made again once. */
  private readonly known = new WeakMap<Envelope, Promise<unknown>>()

  constructor(codecs: readonly KnownCodec[]) {
    this.codecs = codecs
    this.names = codecs.map(({ name }) => name)
    const twice = this.names.find((name, index) => this.names.indexOf(name) < index)
    if (twice !== undefined)
      throw new TypeError(`Two codecs are named "${twice}": give each a different name`)
  }

  encodeArgs(args: readonly unknown[]): readonly unknown[] {
    return args.map((arg, index) => this.encode(arg, `args[${index}]`))
  }

  decoded(value: unknown, refused: (culprit: string, cause: unknown) => Error): unknown {
    if (!isEnvelope(value)) return value
    let made = this.known.get(value)
    if (made === undefined) {
      // Later: no code of the user's runs inside the settlement of a call.
      made = Promise.resolve().then(() => {
        try {
          return this.open(value, 'result')
        } catch (error) {
          throw error instanceof Refusal ? refused(error.culprit, error.cause) : error
        }
      })
      this.known.set(value, made)
    }
    return made
  }

  around<Handlers extends object>(handlers: Handlers, methods: readonly string[]): Handlers {
    const wrapped = methods.map((method): [string, Handler] => {
      const handler = (handlers as Record<string, Handler>)[method] as Handler
      const out = (value: unknown): unknown => said(method, () => this.encode(value, 'result'))
      return [
        method,
        (...args) => {
          const given = said(method, () => args.map((arg, index) => this.decode(arg, `args[${index}]`)))
          const result: unknown = Reflect.apply(handler, handlers, given)
          return mapResult(result, out)
        },
      ]
    })
    return Object.fromEntries(wrapped) as Handlers
  }

  /** The value, or an envelope of it that is marked with what is transferred. @throws Refusal */
  private encode(value: unknown, path: string): unknown {
    const copy = new CodecCopy(this.codecs, path)
    const encoded = copy.of(value)
    if (copy.entries.length === 0) return value
    const envelope: Envelope = [MARK, encoded, copy.entries]
    const list = [...(transferListOf(value) ?? []), ...copy.transfer]
    return list.length > 0 ? transfer(envelope, list) : envelope
  }

  private decode(value: unknown, path: string): unknown {
    return isEnvelope(value) ? this.open(value, path) : value
  }

  /** @throws Refusal */
  private open([, value, entries]: Envelope, path: string): unknown {
    const root: unknown[] = [value]
    // What was one object is one again.
    const made = new Map<unknown, object>()
    for (const [name, ...steps] of entries) {
      const place: readonly unknown[] = [0, ...steps]
      const holder = place.slice(0, -1).reduce(readAt, root)
      const last = place.at(-1)
      const data = readAt(holder, last)
      let object = made.get(data)
      if (object === undefined) {
        object = this.make(name, data, path + pathText(steps))
        if (typeof data === 'object' && data !== null) made.set(data, object)
      }
      writeAt(holder, last, object)
    }
    return root[0]
  }

  private make(name: string, data: unknown, path: string): object {
    const codec = this.codecs.find((each) => each.name === name)
    if (codec === undefined)
      throw new Refusal(
        `${path}\nwas sent by codec "${name}", which this side does not have: give it to both taskOptions({ codecs }) and createTaskWorker(handlers, { codecs })`,
        undefined,
      )
    try {
      return codec.decode(data)
    } catch (error) {
      throw new Refusal(`${path}\ncould not be decoded by codec "${name}": ${messageOf(error)}`, error)
    }
  }
}

function isEnvelope(value: unknown): value is Envelope {
  return Array.isArray(value) && value[0] === MARK
}

/** In the worker, an error that travels: it names the handler and the path. */
function said<T>(method: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const text = `Handler "${method}": ${error.culprit.replace('\n', ' ')}`
    throw Object.assign(new DOMException(text, 'DataCloneError'), { cause: error.cause })
  }
}
