/** The pages that one engine serves. Each has a port, a harness, and its turn at the slots. Its lock shows when a page is gone. */
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

/** The worker's end of a page's connection: a port, or a channel that only the two have open. */
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
  /** A message for the start, such as the data of `setup`; returns whether it was one. */
  takes(message: unknown): boolean
}

/** How long a broker may take to answer before calls travel without it, in ms. */
const BROKER_MS = 1_000
/** How often, at most, pages are told that an engine which works for another page is alive, in ms. */
const SIGN_MS = 200

export class ServedPages {
  private readonly parts: EngineParts
  private readonly pages = new Map<string, ServedPage>()
  /** What a page that joins learns about the start. */
  private stage: readonly unknown[] = [SETTING_UP]
  /** The message that says that calls may be sent. */
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

  /** Returns whether a message to the worker itself was for this class. */
  takes(data: unknown): boolean {
    if (isHello(data)) this.add(data[1], data[2])
    else if (isServe(data)) this.open(data[1], data[2], data[3])
    else if (isBroker(data)) this.meetBroker(data[1])
    else if (isAnnounce(data)) this.seen(data[1])
    else return false
    return true
  }

  /** A page has connected to a SharedWorker. Its first message identifies it. */
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
      // Like a worker with a teardown: a page that leaves reports it.
      this.welcome = [...message.slice(0, 4), true, ...message.slice(5)]
      for (const page of this.pages.values()) post(page.port, this.welcome)
      return
    } else if (kind === LOCKED) return
    for (const { port } of this.pages.values()) post(port, message)
  }

  /** How an event reaches every page; undefined if the worker has only one page. */
  get harnesses(): Harness[] | undefined {
    return this.isShared ? Array.from(this.pages.values(), (page) => page.harness) : undefined
  }

  /** A page has arrived: `key` names its greeting. */
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
      // Any script can post on a channel.
      if (!Array.isArray(data) || data[0] !== HELLO || typeof data[1] !== 'string') return
      // The page knows another engine: an earlier one, or a later one if the page of this engine has slept. That page can find out.
      if (data[4] !== '' && data[4] !== this.engineId) {
        this.parts.tellOwner([HELLO, data[3]])
        return
      }
      if (data[4] === '') this.seen(data[3] as number)
      // Its port arrives through the broker.
      if (data[2] === true && this.hasBroker) this.expect(data[1])
      else this.add(data[1], new BroadcastChannel(data[1]))
    }
    // Until the broker has answered, a page that wants a port has to wait for one.
    this.hasBroker = hasBroker
    if (hasBroker)
      setTimeout(() => {
        if (this.isBrokerThere) return
        this.hasBroker = false
        this.announce()
      }, BROKER_MS)
    this.announce()
  }

  /** It has sent a message, so its port has arrived. */
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

  /** A page whose port does not arrive uses another broker. The broker that this engine knows is gone with the page that created it. */
  private expect(key: string): void {
    setTimeout(() => {
      for (const { id } of this.pages.values()) if (id === lockOf(key)) return
      this.parts.tellOwner([HOST])
      this.add(key, new BroadcastChannel(key))
    }, BROKER_MS)
  }

  /** A page has seen a later epoch than this one: the engine continues counting from there. */
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

/** The lock that a page holds while it lives, named after its greeting. */
function lockOf(key: string): string {
  return key.slice(0, key.lastIndexOf(':'))
}

/** A page arrives with a port. Other scripts may post something similar to the worker. */
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
