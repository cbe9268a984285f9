/** A line to a SharedWorker whose file serves handlers: one engine for all pages, without an election. */
import { CLOSE, CLOSED, HELLO, PAGES } from '../wire/protocol.ts'
import { holdLine } from './connection.ts'
import type { SharedLine } from './shared-line.ts'

export async function connect(line: SharedLine, worker: SharedWorker): Promise<void> {
  const { port } = worker
  const hold = await holdLine(`atelier:${crypto.randomUUID()}`)
  const end = (): void => {
    port.postMessage([CLOSE])
    port.close()
    hold.release()
  }
  if (line.isOver) {
    end()
    return
  }
  line.onEnd = end
  line.onPost = (message, transfer) => {
    if (Array.isArray(message) && message[0] === CLOSE) line.say([CLOSED])
    else port.postMessage(message, transfer ?? [])
  }
  worker.addEventListener('error', ({ message, filename, lineno, error }: ErrorEvent) =>
    line.dispatchEvent(new ErrorEvent('error', { message, filename, lineno, error })),
  )
  port.onmessage = ({ data }: MessageEvent<readonly unknown[]>) => {
    if (data?.[0] !== PAGES) line.say(data)
  }
  port.onmessageerror = () => line.unread()
  port.postMessage([HELLO, `${hold.id}:1`])
}
