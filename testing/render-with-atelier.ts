/** Renders a component in a fresh runtime, with fake workers in the place of the real ones. */
import { createTaskRuntime, type TaskRuntime } from '../src/index.ts'
import { type TaskFake, withFakes } from './fakes.ts'

/** Options of {@link renderWithAtelier}. */
export interface RenderWithAtelierOptions<Ui, Rendered extends object> {
  /** What renders: Testing Library's `render` or `renderHook`, or another that takes `{ wrapper }` as its second argument. */
  readonly render: (ui: Ui, options: never) => Rendered
  /** Fake workers for tasks, made by `fakeTask`. Other tasks use their own. @default none */
  readonly fakes?: readonly TaskFake[] | undefined
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
 * Renders `ui` inside an `AtelierProvider`, in Node or jsdom, with fake workers for the tasks that `fakes` are for. At the
 * unmount open calls abort and the workers stop, so that nothing lives on into the next test.
 *
 * React is loaded when this is called: tests that do not call it need none. Testing Library is not loaded at all; its
 * `render` is handed in.
 *
 * @example
 * const { runtime } = await renderWithAtelier(<Total of={[10, 20]} />, { render, fakes: [fakeTask(prices, { handlers })] })
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
  const { render, fakes = [], runtime: given, strict = false } = options
  const { runtime } = withFakes(given ?? createTaskRuntime({ otel: false, performance: false }), fakes)

  const wrapper = ({ children }: { readonly children?: unknown }) => {
    const inside = children as Parameters<typeof createElement>[2]
    const provided = given
      ? createElement(AtelierProvider, { runtime }, inside)
      : createElement(AtelierProvider, { createRuntime: () => runtime, graceMs: 0 }, inside)
    return strict ? createElement(StrictMode, null, provided) : provided
  }
  return { ...render(ui, { wrapper } as never), runtime }
}
