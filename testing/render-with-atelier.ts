/** Renders a component in a runtime of its own, with fake workers in the place of the real ones. */
import { createTaskRuntime, type TaskOptions, type TaskRuntime } from '../src/index.ts'
import { createFakeWorker, type FakeWorkerOptions } from './fake-worker.ts'

/** Options of {@link renderWithAtelier}. */
export interface RenderWithAtelierOptions<Ui, Rendered extends object> {
  /** What renders: Testing Library's `render` or `renderHook`, or another that takes `{ wrapper }` as its second argument. */
  readonly render: (ui: Ui, options: never) => Rendered
  /** Fake workers, or functions that make a worker, by `taskId` or else `taskName`. Tasks that are not named here use their own. @default none */
  readonly workers?: Readonly<Record<string, FakeWorkerOptions | (() => Worker)>> | undefined
  /** A runtime of yours; you dispose of it. @default a new one without telemetry, whose workers stop at the unmount */
  readonly runtime?: TaskRuntime | undefined
  /** Render inside `<StrictMode>`. @default false */
  readonly strict?: boolean | undefined
}

/** What {@link renderWithAtelier} adds to the result of `render`. */
export interface AtelierRendered {
  /** The runtime that the component was given: `runtime.getRuntimeSnapshot()` tells what a test waits for. */
  readonly runtime: TaskRuntime
}

/**
 * Renders `ui` inside an `AtelierProvider`, in Node or jsdom, with fake workers for the tasks that `workers` names. At the
 * unmount open calls abort and the workers stop, so that nothing lives on into the next test.
 *
 * React is loaded when this is called: tests that do not call it need none. Testing Library is not loaded at all; its
 * `render` is handed in.
 *
 * @throws TypeError when a `workers` entry names a handler that is no function.
 *
 * @example
 * const { runtime } = await renderWithAtelier(<Total of={[10, 20]} />, { render, workers: { prices: { handlers } } })
 * await screen.findByText('36')
 */
export async function renderWithAtelier<Ui, Rendered extends object>(
  ui: Ui,
  options: RenderWithAtelierOptions<Ui, Rendered>,
): Promise<Rendered & AtelierRendered> {
  const [{ createElement, StrictMode }, { AtelierProvider }] = await Promise.all([
    import('react'),
    // By its public name: the provider must be the one whose context the components under test read.
    import('atelier-react'),
  ])
  const { render, workers = {}, runtime: given, strict = false } = options
  const runtime = withWorkers(given ?? createTaskRuntime({ otel: false, performance: false }), workers)

  const wrapper = ({ children }: { readonly children?: unknown }) => {
    const inside = children as Parameters<typeof createElement>[2]
    const provided = given
      ? createElement(AtelierProvider, { runtime }, inside)
      : createElement(AtelierProvider, { createRuntime: () => runtime, graceMs: 0 }, inside)
    return strict ? createElement(StrictMode, null, provided) : provided
  }
  return { ...render(ui, { wrapper } as never), runtime }
}

/** The runtime, whose tasks of these names have other workers. */
function withWorkers(
  runtime: TaskRuntime,
  workers: NonNullable<RenderWithAtelierOptions<unknown, object>['workers']>,
): TaskRuntime {
  // The same options object must stay the same task.
  const replaced = new WeakMap<object, object>()
  const replace = <Api>(options: TaskOptions<Api>): TaskOptions<Api> => {
    const known = replaced.get(options) as TaskOptions<Api> | undefined
    if (known) return known
    const name = options.taskId ?? options.taskName
    const fake = name !== undefined && Object.hasOwn(workers, name) ? workers[name] : undefined
    if (!fake) return options
    const worker = typeof fake === 'function' ? fake : () => createFakeWorker(fake)
    const made = { ...options, worker }
    replaced.set(options, made)
    return made
  }
  return { ...runtime, defineTask: (options, how) => runtime.defineTask(replace(options), how) }
}
