/** The handlers behind another build of Atelier. */
import { createTaskWorker, transfer } from 'atelier-against/worker'
import { echo, handlers, spin } from './handlers.ts'

createTaskWorker({
  ...handlers,
  echo: (value: number) => value,
  echoObject: (value: unknown) => echo(value),
  swap: (buffer: ArrayBuffer) => transfer(buffer, [buffer]),
  work: (ms: number, buffer: ArrayBuffer) => {
    spin(ms)
    return transfer(buffer, [buffer])
  },
})
