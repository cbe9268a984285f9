/** The handlers of the page whose telemetry comes late. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'

const handlers = {
  parent: () => taskContext().traceparent,
  echo: (value: string) => value,
  fail(): never {
    throw new RangeError('too far')
  },
  inside: () => taskContext().span('parse', () => 'parsed'),
}
createTaskWorker(handlers)
export type LateApi = typeof handlers
