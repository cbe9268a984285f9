import { createTaskWorker } from 'atelier-react/worker'

const handlers = { double: (value: number) => value * 2 }
export type DoubleApi = typeof handlers
createTaskWorker(handlers)
