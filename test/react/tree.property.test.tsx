/** Whatever a tree goes through, in whatever order: no result lands where it does not belong, and nothing is left over. */
import { act, render } from '@testing-library/react'
import {
  AtelierProvider,
  createTaskRuntime,
  type TaskOptions,
  type TaskRuntime,
  useTaskCall,
  useTaskQuery,
  useTaskSnapshot,
  taskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import fc from 'fast-check'
import { Fragment, type ReactNode } from 'react'
import { expect, it } from 'vitest'
import { Activity, describeHook, macrotasks, useWorld } from './support.tsx'

const createRuntime = () => createTaskRuntime({ otel: false, performance: false })

type Work = { work(text: string): Promise<string> }

/** What may happen to the tree, and to its calls. */
type Step =
  | { readonly do: 'mount' | 'unmount' | 'hide' | 'show' | 'abort' | 'reset' | 'wait' }
  | { readonly do: 'ask' | 'call'; readonly text: string }
  | { readonly do: 'finish' | 'break'; readonly which: number }

const anyText = fc.constantFrom('a', 'b', 'c')
const which = fc.nat({ max: 3 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('mount', 'unmount', 'hide', 'show', 'abort', 'reset', 'wait') }),
    fc.record({ do: fc.constantFrom('ask', 'call'), text: anyText }),
    fc.record({ do: fc.constantFrom('finish', 'break'), which }),
  ),
  { minLength: 4, maxLength: 24 },
)

describeHook('a tree of hooks', () => {
  const world = useWorld()

  /** A world of its own for each sequence: handlers that wait, and the tree that calls them. */
  function newTree(
    mode: 'latest' | 'serial' | 'parallel' | 'drop-latest' | 'keep-last',
    lent: TaskRuntime | null,
  ) {
    /** Calls whose handler waits. */
    const waiting: { readonly text: string; readonly end: (failed: boolean) => void }[] = []
    const leave = (one: (typeof waiting)[number]) => {
      if (waiting.includes(one)) waiting.splice(waiting.indexOf(one), 1)
    }
    const task: TaskOptions<Work> = world.task<Work>(
      {
        work: (text) =>
          new Promise((resolve, reject) => {
            const { signal } = taskContext()
            const one = {
              text,
              end: (failed: boolean) => {
                leave(one)
                if (failed) reject(new RangeError(text))
                else resolve(text.toUpperCase())
              },
            }
            waiting.push(one)
            signal.addEventListener('abort', () => {
              leave(one)
              reject(signal.reason)
            })
          }),
      },
      { maxQueueDepth: 100 },
    )
    const wrong: unknown[] = []
    let call: ReturnType<typeof useTaskCall<Work, 'work'>> | undefined

    /** A result is that of the arguments beside it. */
    function check(
      of: string,
      state: { status: string; args?: readonly [string] | undefined; data?: unknown },
    ) {
      if (state.status === 'success' && state.data !== state.args?.[0].toUpperCase()) wrong.push([of, state])
    }

    function Leaf({ asked }: { asked: string }) {
      const calls = useTaskCall(task, 'work', { mode })
      const query = useTaskQuery(taskQuery(task, 'work', asked))
      const inFlight = useTaskSnapshot(task, ({ queue }) => queue.inFlight)
      check('call', calls)
      check('query', query)
      if (query.status !== 'idle' && query.args[0] !== asked) wrong.push(['asked', asked, query])
      keep(calls)
      return <i>{`${calls.status} ${query.status} ${inFlight}`}</i>
    }
    const keep = (calls: typeof call) => {
      call = calls
    }

    const Mode = Activity ?? (({ children }: { children: ReactNode }) => <Fragment>{children}</Fragment>)
    const state = { isMounted: false, isVisible: true, asked: 'a' }
    const page = () =>
      state.isMounted ? (
        <Mode mode={state.isVisible ? 'visible' : 'hidden'}>
          <AtelierProvider {...(lent ? { runtime: lent } : { createRuntime, graceMs: 0 })}>
            <Leaf asked={state.asked} />
          </AtelierProvider>
        </Mode>
      ) : null
    const { rerender, unmount } = render(page())
    const promises: Promise<unknown>[] = []

    function perform(step: Step): void {
      switch (step.do) {
        case 'mount':
        case 'unmount':
          state.isMounted = step.do === 'mount'
          break
        case 'hide':
        case 'show':
          state.isVisible = step.do === 'show'
          break
        case 'ask':
          state.asked = step.text
          break
        case 'call':
          if (call) promises.push(call.runAsync(step.text).catch((error: Error) => error.name))
          break
        case 'abort':
        case 'reset':
          call?.[step.do]()
          break
        case 'finish':
        case 'break':
          waiting[step.which % Math.max(1, waiting.length)]?.end(step.do === 'break')
          break
        case 'wait':
          break
      }
      rerender(page())
    }
    return { perform, unmount, waiting, wrong, promises }
  }

  it.each(['latest', 'serial', 'parallel', 'drop-latest', 'keep-last'] as const)(
    'in mode %s shows no result of other arguments, settles each promise and leaves nothing',
    { timeout: 60_000 },
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(steps, fc.boolean(), async (sequence, isLent) => {
          const lent = isLent ? createRuntime() : null
          const tree = newTree(mode, lent)
          for (const step of sequence) {
            await act(async () => tree.perform(step))
            if (step.do === 'wait') await act(() => macrotasks())
          }
          await act(() => macrotasks())
          tree.unmount()
          // The hooks abort what they have called; an owner stops its workers as well, and whatever runs in them.
          const isOver = () => (isLent ? tree.waiting.length === 0 : world.live.size === 0)
          for (let turn = 0; turn < 200 && !isOver(); turn++) await macrotasks(1)
          await macrotasks()
          expect(isOver()).toBe(true)
          expect(tree.wrong).toEqual([])
          await Promise.all(tree.promises)
          lent?.dispose()
          expect(world.live.size).toBe(0)
        }),
        { numRuns: 40, endOnFailure: true },
      )
    },
  )
})
