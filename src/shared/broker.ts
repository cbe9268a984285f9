/** `atelier-react/broker`: the script of the SharedWorker that hands each page a port to the engine. It carries ports, and nothing else. */
import { HELLO, HOST } from '../wire/protocol.ts'

/** Where the engine of each name is to be reached; the newest is the one that lives. */
const hosts = new Map<unknown, MessagePort>()

// A server that renders may import it, and has none.
globalThis.addEventListener?.('connect', (event) => {
  const [port] = (event as MessageEvent).ports
  if (port === undefined) return
  // A port to nobody must not be handed on: the page waits for a word.
  port.postMessage([HOST])
  port.onmessage = ({ data }: MessageEvent<readonly unknown[]>) => {
    const [kind, base, , theirs] = data
    if (kind === HOST) {
      hosts.set(base, port)
      port.postMessage(data)
    } else if (kind === HELLO) hosts.get(base)?.postMessage(data, [theirs as MessagePort])
  }
})
