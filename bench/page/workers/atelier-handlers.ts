/** The handlers of a worker of Atelier, whichever build it comes from. */
import { echo, handlers, spin } from './handlers.ts'

/** `transfer`: the build's own mark of a result that moves. */
export function atelierHandlers(transfer: (value: ArrayBuffer, list: Transferable[]) => ArrayBuffer) {
  return {
    ...handlers,
    echo: (value: number) => value,
    echoObject: (value: unknown) => echo(value),
    swap: (buffer: ArrayBuffer) => transfer(buffer, [buffer]),
    work: (ms: number, buffer: ArrayBuffer) => {
      spin(ms)
      return transfer(buffer, [buffer])
    },
  }
}
