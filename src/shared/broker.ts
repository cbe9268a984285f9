/** `atelier-react/broker`: the script of the SharedWorker that hands each page a port to the engine. It carries ports, and nothing else. */
import { HELLO, HOST } from '../wire/protocol.ts'

/** The port to the engine of each name. The newest engine is the living one. */
const hosts = new Map<unknown, MessagePort>()

// A server that renders may import it, and has no such scope.
globalThis.addEventListener?.('connect', (event) => {
  const [port] = (event as MessageEvent).ports
  if (port === undefined) return
  // A port without an engine must not be passed on, because the page waits for a message on it.
  port.postMessage([HOST])
  port.onmessage = ({ data }: MessageEvent<readonly unknown[]>) => {
    const [kind, base, , theirs] = data
    if (kind === HOST) {
      hosts.set(base, port)
      port.postMessage(data)
    } else if (kind === HELLO) hosts.get(base)?.postMessage(data, [theirs as MessagePort])
  }
})
