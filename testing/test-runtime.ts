/** A runtime on a clock that a test moves. */
import { createRuntimeWith } from '../src/runtime/runtime.ts'
import type { RuntimeConfig, TaskRuntime } from '../src/types/runtime.ts'
import { createTestClock, type TestClock } from './test-clock.ts'

/** Options of {@link createTestRuntime}: those of a runtime, and the clock. */
export interface TestRuntimeConfig extends RuntimeConfig {
  /** The clock that rules the runtime's timers. @default a new one */
  readonly clock?: TestClock | undefined
  /** As for `createTaskRuntime`. @default false */
  readonly otel?: RuntimeConfig['otel']
  /** As for `createTaskRuntime`. @default false */
  readonly performance?: RuntimeConfig['performance']
}

/** A runtime, and the clock that it lives by. */
export interface TestRuntime extends TaskRuntime {
  readonly clock: TestClock
}

/**
 * A runtime for tests: timeouts, graces, backoffs, heartbeats and idle stops pass when the test says so. It writes no
 * spans and no measures unless it is asked to. What workers measure of themselves (how long a handler ran, the pace of
 * `progress`) stays real time.
 *
 * @throws TypeError for a bad option, as `createTaskRuntime`.
 *
 * @example
 * using runtime = createTestRuntime()
 * const call = runtime.defineTask({ ...prices, worker, timeoutMs: 5_000 }).total([1])
 * await runtime.clock.advanceAsync(5_000)
 */
export function createTestRuntime(config: TestRuntimeConfig = {}): TestRuntime {
  const { clock = createTestClock(), ...rest } = config
  return { ...createRuntimeWith({ otel: false, performance: false, ...rest }, clock), clock }
}
