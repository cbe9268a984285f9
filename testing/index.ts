/** `atelier-react/testing`: what users' tests import. */
export { createFakeWorker, type FakeWorkerOptions, type FaultTrigger } from './fake-worker.ts'
