/** A query is called when somebody asks, and never because a closure, a handle or an option is new. */
import { act, render } from '@testing-library/react'
import {
  AtelierProvider,
  createTaskRuntime,
  type Task,
  type TaskRuntime,
  TraceScope,
  useTaskQuery,
  keepPrevious,
  taskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeHook, macrotasks, useWorld } from './support.tsx'

type Work = { work(text: string): Promise<string> }

interface Given {
  readonly text: string
  readonly timeoutMs: number
  readonly gcMs: number
  readonly graceMs: number
  readonly isScoped: boolean
  readonly isSecond: boolean
}

type Step =
  | { readonly do: 'render'; readonly given: Partial<Given> }
  | { readonly do: 'finish' | 'fail' | 'abort' | 'refetch' | 'remount' }

const given: fc.Arbitrary<Partial<Given>> = fc.record(
  {
    text: fc.constantFrom('a', 'b'),
    timeoutMs: fc.constantFrom(10_000, 20_000),
    gcMs: fc.constantFrom(0, 1_000, 2 ** 31, Number.POSITIVE_INFINITY),
    graceMs: fc.constantFrom(0, 10, 2 ** 31),
    isScoped: fc.boolean(),
    isSecond: fc.boolean(),
  },
  { requiredKeys: [] },
)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('render' as const), given }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('finish', 'fail', 'abort', 'refetch', 'remount') }),
    },
  ),
  { minLength: 3, maxLength: 16 },
)

describeHook('calls of useTaskQuery', ({ strict }) => {
  const world = useWorld()
  const mounting = strict ? 2 : 1

  /** A query under all that may be new at a render, its calls, and how they end. */
  function page(runtime: TaskRuntime, isOwned: boolean) {
    let calls = 0
    const waiting: ((failed: boolean) => void)[] = []
    const options = world.task<Work>(
      {
        work: (text) =>
          new Promise((resolve, reject) => {
            calls++
            const { signal } = taskContext()
            waiting.push((failed) => (failed ? reject(new RangeError(text)) : resolve(text)))
            signal.addEventListener('abort', () => reject(signal.reason))
          }),
      },
      { maxWorkers: 1, maxInFlight: 8, methods: { work: { keyOf: () => 'key' } } },
    )
    const task: Task<Work> = runtime.defineTask<Work>(options)
    const refetches = new Map<string, () => void>()

    function Reader({ name, now }: { name: string; now: Given }) {
      // Handle, arguments and options are new at each render.
      const query = useTaskQuery(taskQuery(task.with({ timeoutMs: now.timeoutMs }), 'work', now.text), {
        gcMs: now.gcMs,
        placeholderData: keepPrevious,
      })
      keep(name, () => void query.refetch())
      return <i>{query.status}</i>
    }
    const keep = (name: string, refetch: () => void) => void refetches.set(name, refetch)

    const content = (now: Given, mount: number) => {
      const readers = (
        <>
          <Reader key={`one ${mount}`} name="one" now={now} />
          {now.isSecond && <Reader key={`two ${mount}`} name="two" now={now} />}
        </>
      )
      const trace = now.isScoped ? runtime.createTrace('scope') : undefined
      return (
        <AtelierProvider
          {...(isOwned ? { createRuntime: () => runtime, graceMs: now.graceMs } : { runtime })}
        >
          <TraceScope trace={trace}>{readers}</TraceScope>
        </AtelierProvider>
      )
    }
    return { content, refetches, waiting, calls: () => calls, task }
  }

  it('are no more than mounts, refetches and changes of the key', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (sequence, isOwned) => {
        const runtime = createTaskRuntime({ otel: false, performance: false })
        const { content, refetches, waiting, calls } = page(runtime, isOwned)
        let now: Given = {
          text: 'a',
          timeoutMs: 10_000,
          gcMs: 0,
          graceMs: 0,
          isScoped: false,
          isSecond: false,
        }
        let mount = 0
        let asked = mounting
        const { rerender, unmount } = render(content(now, mount))
        for (const step of sequence) {
          await act(async () => {
            switch (step.do) {
              case 'render': {
                const next = { ...now, ...step.given }
                if (next.text !== now.text) asked += now.isSecond ? 2 : 1
                if (next.isSecond && !now.isSecond) asked += mounting
                now = next
                rerender(content(now, mount))
                break
              }
              case 'remount':
                asked += mounting * (now.isSecond ? 2 : 1)
                rerender(content(now, ++mount))
                break
              case 'refetch':
                asked++
                refetches.get('one')?.()
                break
              case 'abort':
                runtime.abort({ key: 'key' })
                break
              case 'finish':
              case 'fail':
                for (const end of waiting.splice(0)) end(step.do === 'fail')
            }
          })
          await act(() => macrotasks(1))
          // Once more with all that is new, and nothing that was asked.
          await act(async () => rerender(content({ ...now }, mount)))
          expect(calls()).toBeLessThanOrEqual(asked)
        }
        unmount()
        runtime.dispose()
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })

  describe('one that fails', () => {
    it.each(['a handle made in render', 'an inline scope', 'gcMs', 'graceMs'])(
      'is called once, whatever is new: %s',
      async (what) => {
        const runtime = world.runtime()
        const { content, waiting, calls } = page(runtime, true)
        const first = { text: 'a', timeoutMs: 10_000, gcMs: 0, graceMs: 0, isScoped: false, isSecond: false }
        const { rerender, container } = render(content(first, 0))
        await act(() => macrotasks(3))
        await act(async () => {
          for (const end of waiting.splice(0)) end(true)
        })
        await act(() => macrotasks(3))
        expect(container.textContent).toBe('error')
        for (let i = 1; i < 20; i++) {
          await act(async () =>
            rerender(
              content(
                {
                  ...first,
                  isScoped: what === 'an inline scope',
                  gcMs: what === 'gcMs' ? i : 0,
                  graceMs: what === 'graceMs' ? i : 0,
                },
                0,
              ),
            ),
          )
        }
        await act(() => macrotasks(3))
        expect(calls()).toBe(1)
        expect(container.textContent).toBe('error')
      },
    )
  })
})
