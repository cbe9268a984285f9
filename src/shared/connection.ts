/** How a line of a page reaches the engine: it greets on each available channel, and stays with the one that answers. */
import { HELLO } from '../wire/protocol.ts'

/** What both kinds of connection to the engine have. */
type Way = MessagePort | BroadcastChannel

/** A lock that shows other pages that this page lives. */
export interface Hold {
  readonly id: string
  release(): void
}

/** Holds a lock of this name; `id` identifies the page. */
export function holdLine(id: string): Promise<Hold> {
  const { locks } = navigator
  return new Promise((resolve, reject) => {
    // Without locks, a page that is gone looks the same as one that is silent.
    if (!locks) resolve({ id, release() {} })
    else locks.request(id, () => new Promise<void>((release) => resolve({ id, release }))).catch(reject)
  })
}

/** The engine that a page greets, as far as it is known. */
interface Greeting {
  readonly base: string
  readonly rendezvous: BroadcastChannel
  readonly broker: MessagePort | undefined
  readonly epoch: number
  /** The last known engine. An engine that sleeps must not answer when it wakes. */
  readonly engineId: string
}

export class Connection {
  /** The connection that was answered. */
  private way: Way | null = null
  private ways: Way[] = []
  private greetings = 0
  private readonly hold: Hold
  private readonly heard: (data: unknown) => void
  private readonly unread: () => void

  constructor(hold: Hold, heard: (data: unknown) => void, unread: () => void) {
    this.hold = hold
    this.heard = heard
    this.unread = unread
  }

  /** Greets any living engine: through the broker with a port, if there is a broker, and on the common channel. */
  greet({ base, rendezvous, broker, epoch, engineId }: Greeting): void {
    const key = this.begin()
    this.listen(new BroadcastChannel(key))
    if (broker !== undefined) {
      const { port1, port2 } = new MessageChannel()
      this.listen(port1)
      broker.postMessage([HELLO, base, key, port2], [port2])
    }
    rendezvous.postMessage([HELLO, key, broker !== undefined, epoch, engineId])
  }

  /** Greets the engine of this page. */
  join(post: (message: unknown, transfer: Transferable[]) => void): void {
    const key = this.begin()
    const { port1, port2 } = new MessageChannel()
    this.listen(port1)
    post([HELLO, key, port2], [port2])
  }

  post(message: unknown, transfer: Transferable[] | undefined): void {
    if (this.way instanceof MessagePort) this.way.postMessage(message, transfer ?? [])
    else this.way?.postMessage(message)
  }

  get hasPort(): boolean {
    return this.way instanceof MessagePort
  }

  end(): void {
    this.begin()
    this.hold.release()
  }

  private begin(): string {
    for (const way of this.ways) way.close()
    this.ways = []
    this.way = null
    return `${this.hold.id}:${++this.greetings}`
  }

  private listen(way: Way): void {
    this.ways.push(way)
    way.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.way === null) {
        this.way = way
        for (const other of this.ways) if (other !== way) other.close()
      }
      if (this.way === way) this.heard(data)
    }
    way.onmessageerror = () => this.unread()
  }
}
