/** The jobs of the Documents demo behind Atelier. */
import { createTaskWorker } from 'atelier-react/worker'
import { documentHandlers } from './documents-handlers.ts'

createTaskWorker(documentHandlers)
