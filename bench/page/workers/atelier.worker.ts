/** The handlers behind Atelier. */
import { createTaskWorker, transfer } from 'atelier-react/worker'
import { atelierHandlers } from './atelier-handlers.ts'

const api = atelierHandlers(transfer)
createTaskWorker(api)
export type AtelierApi = typeof api
