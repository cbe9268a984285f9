/** The handlers behind another build of Atelier. */
import { createTaskWorker, transfer } from 'atelier-against/worker'
import { atelierHandlers } from './atelier-handlers.ts'

createTaskWorker(atelierHandlers(transfer))
