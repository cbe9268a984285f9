/** The handlers behind Atelier. */
import { createTaskWorker, transfer } from 'atelier-react/worker'
import { echo, handlers, spin } from './handlers.ts'

const api = {
  ...handlers,
  echo: (value: number) => value,
  echoObject: (value: unknown) => echo(value),
  swap: (buffer: ArrayBuffer) => transfer(buffer, [buffer]),
  work: (ms: number, buffer: ArrayBuffer) => {
    spin(ms)
    return transfer(buffer, [buffer])
  },
}
createTaskWorker(api)
export type AtelierApi = typeof api
