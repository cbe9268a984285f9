/** `atelier-react/testing`: what users' tests import. It includes telemetry and the code that talks to workers, so that a test waits for no chunk. */
import '../src/telemetry/index.ts'
import '../src/pool/side-at-once.ts'

export { expectNoLiveWorkers } from './expect-no-live-workers.ts'
export { createFakeWorker, type FakeWorkerOptions, type FaultTrigger } from './fake-worker.ts'
export { fakeTask, type FakeHandlers, type FakeTaskOptions, type TaskFake } from './fakes.ts'
export { type ReactMode, reactModes } from './react-modes.ts'
export {
  type AtelierRendered,
  renderWithAtelier,
  type RenderWithAtelierOptions,
} from './render-with-atelier.ts'
export { createTestClock, type TestClock } from './test-clock.ts'
export { createTestRuntime, type TestRuntime, type TestRuntimeConfig } from './test-runtime.ts'
