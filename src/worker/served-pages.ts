/** The pages that one engine serves: each has a port, a harness, and its turn at the slots. A page that is gone is noticed by its lock. */
import {
  ANNOUNCE,
  CLOSE,
  FAILED,
  HELLO,
  HOST,
  LOADED,
  LOCKED,
  PAGES,
  READY,
  SERVE,
  SETTING_UP,
} from '../wire/protocol.ts'
import type { Harness, HarnessScope, WorkerScope } from './harness.ts'
import { holdLifeLock } from './worker-start.ts'

/** The worker's end of what a page speaks through: a port, or a channel that nobody else has open. */
interface ServedPort {
  postMessage(message: unknown, transfer?: Transferable[]): void
  onmessage: ((event: MessageEvent<unknown>) => void) | null
  onmessageerror: ((event: MessageEvent<unknown>) => void) | null
  close(): void
}

interface ServedPage {
  readonly id: string
  readonly port: ServedPort
  readonly harness: Harness
  readonly end: () => void
}

/** What the pages learn about the engine as a whole. */
export interface EngineParts {
  readonly navigator: WorkerScope['navigator']
  /** Tells the page whose worker this is. */
  tellOwner(message: readonly unknown[]): void
  makeHarness(scope: HarnessScope): Harness
  /** A message that is for the start, such as the data of `setup`; whether it was. */
  takes(message: unknown): boolean
}

/** So long a broker may take to answer before calls travel without it, in ms. */
const BROKER_MS = 1_000
/** So often the pages hear, at most, that an engine which works for another page is alive, in ms. */
const SIGN_MS = 200

export class ServedPages {
  private readonly parts: EngineParts
  private readonly pages = new Map<string, ServedPage>()
  /** What a page that joins learns about the start. */
  private stage: readonly unknown[] = [SETTING_UP]
  /** What tells it that calls can come. */
  private welcome: readonly unknown[] | undefined
  private isShared = false
  private epoch = 1
  private readonly engineId = Math.random().toString(36).slice(2)
  private rendezvous: BroadcastChannel | undefined
  private hasBroker = false
  private isBrokerThere = false
  private base = ''
  private signedAt = 0

  constructor(parts: EngineParts) {
    this.parts = parts
  }

  /** Whether a message to the worker itself was for this. */
  takes(data: unknown): boolean {
    if (isHello(data)) this.add(data[1], data[2])
    else if (isServe(data)) this.open(data[1], data[2], data[3])
    else if (isBroker(data)) this.meetBroker(data[1])
    else if (isAnnounce(data)) this.seen(data[1])
    else return false
    return true
  }

  /** A page has connected to a SharedWorker: the first thing that it says is who it is. */
  meet(port: MessagePort | undefined): void {
    if (port === undefined) return
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (Array.isArray(data) && data[0] === HELLO && typeof data[1] === 'string') this.add(data[1], port)
    }
  }

  /** A message of the start, which all pages wait for. */
  tell(message: readonly unknown[]): void {
    const [kind] = message
    if (kind === LOADED || kind === FAILED) this.stage = message
    else if (kind === READY) {
      // As one with a teardown: a page that leaves says so.
      this.welcome = [...message.slice(0, 4), true, ...message.slice(5)]
      for (const page of this.pages.values()) post(page.port, this.welcome)
      return
    } else if (kind === LOCKED) return
    for (const { port } of this.pages.values()) post(port, message)
  }

  /** How an event reaches every page; nothing where the worker has one page alone. */
  get harnesses(): Harness[] | undefined {
    return this.isShared ? Array.from(this.pages.values(), (page) => page.harness) : undefined
  }

  /** A page has come: `key` names its greeting. */
  add(key: string, port: ServedPort): void {
    if (this.pages.has(key)) return
    this.isShared = true
    const id = lockOf(key)
    for (const [earlier, page] of this.pages) if (page.id === id) this.remove(earlier)
    const gone = new AbortController()
    const { navigator } = this.parts
    const scope: HarnessScope = {
      navigator,
      postMessage: (message, transfer) => {
        if (gone.signal.aborted) return
        if (transfer === undefined || port instanceof BroadcastChannel) port.postMessage(message)
        else port.postMessage(message, transfer)
        this.sign()
      },
    }
    const harness = this.parts.makeHarness(scope)
    const page: ServedPage = { id, port, harness, end: () => gone.abort() }
    port.onmessage = ({ data }) => {
      if (Array.isArray(data) && data[0] === CLOSE) this.remove(key)
      else if (!this.parts.takes(data)) harness.receive(data)
    }
    port.onmessageerror = harness.unreadable
    this.pages.set(key, page)
    post(port, this.stage)
    if (this.welcome) post(port, this.welcome)
    holdLifeLock(scope, gone.signal)
    navigator?.locks?.request(id, { signal: gone.signal }, () => this.remove(key)).catch(() => {})
    this.count()
  }

  private remove(key: string): void {
    const page = this.pages.get(key)
    if (page === undefined) return
    this.pages.delete(key)
    page.harness.leave()
    page.end()
    page.port.close()
    this.count()
  }

  private open(base: string, epoch: number, hasBroker: boolean): void {
    this.isShared = true
    this.base = base
    if (this.rendezvous === undefined) this.epoch = epoch
    const rendezvous = (this.rendezvous ??= new BroadcastChannel(base))
    rendezvous.onmessage = ({ data }: MessageEvent<unknown>) => {
      // Anybody may speak on a channel.
      if (!Array.isArray(data) || data[0] !== HELLO || typeof data[1] !== 'string') return
      // It knows of another engine: of one before this, or after, if the page of this one slept meanwhile. The page can find that out.
      if (data[4] !== '' && data[4] !== this.engineId) {
        this.parts.tellOwner([HELLO, data[3]])
        return
      }
      if (data[4] === '') this.seen(data[3] as number)
      // Its port comes by way of the broker.
      if (data[2] === true && this.hasBroker) this.expect(data[1])
      else this.add(data[1], new BroadcastChannel(data[1]))
    }
    // Until it has answered, a page that wants a port is to have one.
    this.hasBroker = hasBroker
    if (hasBroker)
      setTimeout(() => {
        if (this.isBrokerThere) return
        this.hasBroker = false
        this.announce()
      }, BROKER_MS)
    this.announce()
  }

  /** It has said a word, and then its port has come. */
  private meetBroker(broker: MessagePort): void {
    broker.onmessage = ({ data }: MessageEvent<readonly unknown[]>) => {
      if (data[0] === HOST) {
        this.isBrokerThere = true
        this.hasBroker = true
        this.announce()
      } else if (data[0] === HELLO) this.add(data[2] as string, data[3] as MessagePort)
    }
    broker.postMessage([HOST, this.base])
  }

  /** A page whose port does not come speaks to another broker: the one that this engine knows went with the page that had made it. */
  private expect(key: string): void {
    setTimeout(() => {
      for (const { id } of this.pages.values()) if (id === lockOf(key)) return
      this.parts.tellOwner([HOST])
      this.add(key, new BroadcastChannel(key))
    }, BROKER_MS)
  }

  /** A page that has seen a later epoch than this one: it goes on from there. */
  private seen(epoch: number): void {
    if (epoch < this.epoch) return
    this.epoch = epoch + 1
    this.announce()
    this.count()
  }

  private count(): void {
    const news = [PAGES, this.pages.size, this.epoch, this.engineId]
    this.tell(news)
    this.parts.tellOwner(news)
  }

  private announce(): void {
    this.rendezvous?.postMessage([ANNOUNCE, this.epoch, this.engineId])
  }

  private sign(): void {
    if (this.pages.size < 2) return
    const now = performance.now()
    if (now - this.signedAt < SIGN_MS) return
    this.signedAt = now
    this.count()
  }
}

/** The lock that a page holds while it is there, of the name of its greeting. */
function lockOf(key: string): string {
  return key.slice(0, key.lastIndexOf(':'))
}

/** A page comes with a port. What others post to the worker may look alike. */
function isHello(data: unknown): data is [kind: number, key: string, port: ServedPort] {
  return (
    Array.isArray(data) && data[0] === HELLO && typeof data[1] === 'string' && data[2] instanceof MessagePort
  )
}

function isBroker(data: unknown): data is [kind: number, port: MessagePort] {
  return Array.isArray(data) && data[0] === HOST && data[1] instanceof MessagePort
}

function isAnnounce(data: unknown): data is [kind: number, epoch: number] {
  return Array.isArray(data) && data[0] === ANNOUNCE && typeof data[1] === 'number'
}

function isServe(data: unknown): data is [kind: number, base: string, epoch: number, hasBroker: boolean] {
  return (
    Array.isArray(data) &&
    data[0] === SERVE &&
    typeof data[1] === 'string' &&
    typeof data[2] === 'number' &&
    typeof data[3] === 'boolean'
  )
}

function post(port: ServedPort, message: readonly unknown[]): void {
  port.postMessage(message)
}
