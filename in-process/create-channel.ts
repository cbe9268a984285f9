/** A MessageChannel, also where a test environment hides the one of Node, as Jest does with jsdom. */

/** What Node offers, whatever the environment hides. @foreign */
interface NodeProcess {
  getBuiltinModule?: (name: string) => { readonly MessageChannel: new () => MessageChannel } | undefined
}

/** Node's port. Unless it is unreferenced, it keeps the process alive. @foreign */
interface NodePort extends MessagePort {
  unref?: () => void
}

/** @throws Error where there is none at all. */
export function createChannel(): MessageChannel {
  if (typeof MessageChannel === 'function') return new MessageChannel()
  const { process } = globalThis as { process?: NodeProcess }
  const node = process?.getBuiltinModule?.('node:worker_threads')
  if (node === undefined) {
    throw new Error(
      'An in-process worker needs MessageChannel, which this environment does not have. In a test, use the one of Node: ' +
        "globalThis.MessageChannel = require('node:worker_threads').MessageChannel",
    )
  }
  const channel = new node.MessageChannel()
  // A worker that a test has forgotten must not keep the test runner from its end. A listener takes hold of the process: the start of
  // its port, which comes after it, lets go again.
  for (const port of [channel.port1, channel.port2] as NodePort[]) {
    const start = port.start.bind(port)
    port.start = () => {
      start()
      port.unref?.()
    }
  }
  return channel
}
