import { createTaskWorker } from 'atelier-react/worker'

createTaskWorker({ double: (value) => value * 2 })
