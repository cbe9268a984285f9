/** What every React suite stands on: one suite run in each mode, fake workers that are counted, gates. */
import { act, configure } from '@testing-library/react'
import {
  AtelierProvider,
  createTaskRuntime,
  type TaskOptions,
  type TaskRuntime,
  taskOptions,
} from 'atelier-react'
import { createFakeWorker, type FakeWorkerOptions, type ReactMode, reactModes } from 'atelier-react/testing'
import * as React from 'react'
import type { ComponentType, ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, vi } from 'vitest'

type ActivityProps = { readonly mode: 'visible' | 'hidden'; readonly children: ReactNode }

/** React's own, from 19.2 on; cases that need it run where there is one. */
export const Activity = (React as { Activity?: unknown }).Activity as ComponentType<ActivityProps>

/**
 * Runs a hook's suite plain and in StrictMode. Other projects of vitest.config.ts run the same suites compiled by the React
 * Compiler, and on React 18; lane.test.tsx holds them to it.
 */
export function describeHook(name: string, suite: (mode: ReactMode) => void): void {
  for (const mode of reactModes(Compilable)) {
    describe(`${name}, ${mode.name}`, () => {
      beforeEach(() => configure({ reactStrictMode: mode.strict }))
      afterEach(() => configure({ reactStrictMode: false }))
      suite(mode)
    })
  }
}

/** A component of the suites, of which one can tell whether they were compiled. */
function Compilable({ text }: { text: string }) {
  return <i>{text.trim()}</i>
}

/** A wrapper that lends a runtime. */
export function inRuntime(runtime: TaskRuntime) {
  return ({ children }: { children: ReactNode }) => (
    <AtelierProvider runtime={runtime}>{children}</AtelierProvider>
  )
}

type Handlers = FakeWorkerOptions['handlers']

/** The workers of a test: all of them counted, all of them gone at its end. */
export interface World {
  /** Workers that were made and not terminated. */
  readonly live: ReadonlySet<Worker>
  readonly spawned: () => number
  /** A runtime that is disposed after the test. */
  readonly runtime: () => TaskRuntime
  /** A pool of two, unless `config` says otherwise. */
  readonly task: <Api extends Handlers>(
    handlers: Api,
    config?: Partial<TaskOptions<Api>>,
    faults?: Omit<FakeWorkerOptions, 'handlers'>,
  ) => TaskOptions<Api>
}

/** Call it in a describe block: a new world for each of its tests. */
export function useWorld(): World {
  const live = new Set<Worker>()
  const runtimes: TaskRuntime[] = []
  let spawned = 0
  let complaints: string[] = []

  beforeEach(() => {
    spawned = 0
    complaints = []
    for (const level of ['error', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation((...said) => complaints.push(said.map(String).join(' ')))
    }
  })

  afterEach(() => {
    for (const runtime of runtimes.splice(0)) runtime.dispose()
    expect(live.size, 'live workers').toBe(0)
    vi.restoreAllMocks()
    expect(complaints).toEqual([])
  })

  const worker = (options: FakeWorkerOptions): Worker => {
    const made = createFakeWorker(options)
    const terminate = made.terminate.bind(made)
    made.terminate = () => {
      live.delete(made)
      terminate()
    }
    live.add(made)
    spawned++
    return made
  }

  return {
    live,
    spawned: () => spawned,
    runtime: () => {
      const runtime = createTaskRuntime({ otel: false, performance: false })
      runtimes.push(runtime)
      return runtime
    },
    task: (handlers, config, faults) =>
      taskOptions({
        type: 'parallel',
        maxWorkers: 2,
        worker: () => worker({ handlers, ...faults }),
        ...config,
      }),
  }
}

/** What React or Atelier says on the console in `during`; a test that expects nothing fails on it. */
export async function saidOnConsole(during: () => unknown): Promise<string[]> {
  const said: string[] = []
  const spies = (['error', 'warn'] as const).map((level) => {
    const spy = vi.mocked(console[level])
    const before = spy.getMockImplementation()
    spy.mockImplementation((...what) => said.push(what.map(String).join(' ')))
    return () => spy.mockImplementation(before ?? (() => {}))
  })
  // React 18 throws a component's error at the window as well, and jsdom prints it.
  const quiet = (event: Event) => event.preventDefault()
  window.addEventListener('error', quiet)
  try {
    await during()
  } finally {
    window.removeEventListener('error', quiet)
    for (const restore of spies) restore()
  }
  return said
}

/** A promise that the test settles. */
export interface Gate<T = void> {
  readonly passed: Promise<T>
  readonly open: (value: T) => void
  readonly break: (error: unknown) => void
}

export function gate<T = void>(): Gate<T> {
  let open!: (value: T) => void
  let fail!: (error: unknown) => void
  const passed = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  passed.catch(() => {})
  return { passed, open, break: fail }
}

/** Gates by name: a handler waits at its own, the test opens them in the order it likes. */
export function gates<T>(): {
  at: (name: unknown) => Promise<T>
  open: (name: unknown, value: T) => void
  reached: (name: unknown) => Promise<void>
} {
  const all = new Map<unknown, { through: Gate<T>; reached: Gate }>()
  const of = (name: unknown) => {
    const known = all.get(name) ?? { through: gate<T>(), reached: gate() }
    all.set(name, known)
    return known
  }
  return {
    at: (name) => {
      of(name).reached.open()
      return of(name).through.passed
    },
    open: (name, value) => of(name).through.open(value),
    reached: (name) => of(name).reached.passed,
  }
}

/** The next macrotasks of the page: timers that are due have run by then. */
export async function macrotasks(count = 2): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve))
}

/** What a promise rejects with; listened to from now on, so that it may reject before it is awaited. */
export function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  const caught = promise.then(
    (value) => {
      throw new Error(`expected a rejection, got ${String(value)}`)
    },
    (error: Error) => error,
  )
  caught.catch(() => {})
  return caught
}

/** Waits for a condition without a timer, so that fake timers stand still meanwhile. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (condition()) return
    await act(() => new Promise((resolve) => setImmediate(resolve)))
  }
  throw new Error(`still not: ${String(condition)}`)
}
