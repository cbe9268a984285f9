/** `atelier-react/testing`: what users' tests import. */
export { expectNoLiveWorkers } from './expect-no-live-workers.ts'
export { createFakeWorker, type FakeWorkerOptions, type FaultTrigger } from './fake-worker.ts'
export { createTestClock, type TestClock } from './test-clock.ts'
export { createTestRuntime, type TestRuntime, type TestRuntimeConfig } from './test-runtime.ts'
