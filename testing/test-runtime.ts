/** A runtime on a clock that a test moves. */
import { DISPOSE } from '../src/lib/disposable.ts'
import { createRuntimeWith } from '../src/runtime/runtime.ts'
import type { RuntimeConfig, TaskRuntime } from '../src/types/runtime.ts'
import { fakeName, type TaskFake, withFakes } from './fakes.ts'
import { createTestClock, type TestClock } from './test-clock.ts'

/** Options of {@link createTestRuntime}: those of a runtime, and the clock. */
export interface TestRuntimeConfig extends RuntimeConfig {
  /** The clock that rules the runtime's timers. @default a new one */
  readonly clock?: TestClock | undefined
  /** As for `createTaskRuntime`. @default false */
  readonly otel?: RuntimeConfig['otel']
  /** As for `createTaskRuntime`. @default false */
  readonly performance?: RuntimeConfig['performance']
  /** Fake workers for tasks, made by `fakeTask`. One that no task has used throws when the runtime is disposed. @default none */
  readonly fakes?: readonly TaskFake[] | undefined
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
 * @throws TypeError for a bad option, as `createTaskRuntime`; Error at `dispose()` for a fake that no task has used.
 *
 * @example
 * using runtime = createTestRuntime({ fakes: [fakeTask(prices, { handlers })] })
 * const call = runtime.defineTask({ ...prices, defaults: { timeoutMs: 5_000 } }).total([1])
 * await runtime.clock.advanceAsync(5_000)
 */
export function createTestRuntime(config: TestRuntimeConfig = {}): TestRuntime {
  const { clock = createTestClock(), fakes = [], ...rest } = config
  const made = createRuntimeWith({ otel: false, performance: false, ...rest }, clock)
  const { runtime, unused } = withFakes(made, fakes, clock)
  const dispose = (): void => {
    made.dispose()
    const names = unused().map(fakeName)
    if (names.length > 0)
      throw new Error(
        `No task used the fakes of ${names.join(', ')}. Did you fake the wrong task, or was its worker replaced?`,
      )
  }
  return Object.assign(runtime, { dispose, [DISPOSE]: dispose, clock })
}
