/** What the hooks take alike: options of the calls under `with`, a runtime, and no option that there is not. */
import { act, renderHook, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type RuntimeEvent,
  skipToken,
  type TaskDispatchOptions,
  type TaskOptions,
  taskQuery,
  type TaskRuntime,
  useRuntimeEvents,
  useRuntimeSnapshot,
  useSpans,
  useSuspenseTaskQuery,
  useTask,
  useTaskCall,
  useTaskMap,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
  useTrace,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { type ReactNode, Suspense } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { describeHook, inRuntime, macrotasks, saidOnConsole, useWorld } from './support.tsx'

type Work = {
  work(text: string): Promise<string>
  items(text: string): AsyncGenerator<string, string>
}

describeHook('what the hooks take', () => {
  const world = useWorld()
  afterEach(() => vi.unstubAllEnvs())

  function works(): TaskOptions<Work> {
    return world.task({
      async work(text: string) {
        taskContext().progress(`half of ${text}`)
        return text.toUpperCase()
      },
      async *items(text: string) {
        taskContext().progress(`half of ${text}`)
        yield text
        return 'end'
      },
    })
  }

  const inSuspense = (runtime: TaskRuntime) => {
    const Wrapper = inRuntime(runtime)
    return ({ children }: { children: ReactNode }) => (
      <Wrapper>
        <Suspense>{children}</Suspense>
      </Wrapper>
    )
  }

  /** Calls once with each hook that calls; whether the call is over. */
  const callers = {
    useTaskCall: (task: ReturnType<typeof useTask<Work>>, options: TaskDispatchOptions) => {
      const { run, status } = useTaskCall(task, 'work', { with: options })
      return { run: () => run('a'), isOver: status === 'success' }
    },
    useTaskStream: (task: ReturnType<typeof useTask<Work>>, options: TaskDispatchOptions) => {
      const { run, status } = useTaskStream(task, 'items', { with: options })
      return { run: () => run('a'), isOver: status === 'success' }
    },
    useTaskQuery: (task: ReturnType<typeof useTask<Work>>, options: TaskDispatchOptions) => {
      const { status } = useTaskQuery(taskQuery(task, 'work', 'a'), { with: options })
      return { run: () => {}, isOver: status === 'success' }
    },
    useSuspenseTaskQuery: (task: ReturnType<typeof useTask<Work>>, options: TaskDispatchOptions) => {
      const { data } = useSuspenseTaskQuery(taskQuery(task, 'work', 'a'), { with: options })
      return { run: () => {}, isOver: data === 'A' }
    },
  }

  it.each(Object.entries(callers))('%s: options of the call', async (_name, useCaller) => {
    const runtime = world.runtime()
    const spans: (string | undefined)[][] = []
    runtime.subscribeEvents((event) => {
      if (event.kind === 'span') spans.push([event.key, event.traceName, String(event.attributes?.['by'])])
    })
    const task = works()
    const trace = runtime.createTrace('import')
    const { result } = renderHook(
      () =>
        useCaller(useTask(task).with({ key: 'the task’s' }), {
          key: 'mine',
          trace,
          attributes: { by: 'me' },
        }),
      { wrapper: inSuspense(runtime) },
    )
    await act(() => macrotasks())
    act(() => result.current?.run())
    await waitFor(() => expect(result.current?.isOver).toBe(true))
    await waitFor(() => expect(spans).toEqual([['mine', 'import', 'me']]))
  })

  it.each(Object.entries(callers))(
    '%s: listeners of the task and of the hook are called, each once',
    async (_name, useCaller) => {
      const heard: string[] = []
      const listeners = (who: string): TaskDispatchOptions => ({
        onStart: () => heard.push(`${who} start`),
        onProgress: (value) => heard.push(`${who} ${String(value)}`),
      })
      const task = works()
      const { result } = renderHook(
        () => useCaller(useTask(task).with(listeners('task')), listeners('hook')),
        {
          wrapper: inSuspense(world.runtime()),
        },
      )
      await act(() => macrotasks())
      act(() => result.current?.run())
      await waitFor(() => expect(result.current?.isOver).toBe(true))
      expect(heard.filter((text) => text.endsWith('start'))).toEqual(['task start', 'hook start'])
      expect(heard.filter((text) => text.endsWith('half of a'))).toEqual(['task half of a', 'hook half of a'])
    },
  )

  it('a wrong option of the call is an error as any other of the call', async () => {
    const task = works()
    const options = { priority: 'urgent' } as unknown as TaskDispatchOptions
    const { result } = renderHook(
      () => ({
        query: useTaskQuery(taskQuery(task, 'work', 'a'), { with: options }),
        call: useTaskCall(task, 'work', { with: options }),
      }),
      { wrapper: inRuntime(world.runtime()) },
    )
    act(() => result.current.call.run('a'))
    await waitFor(() => expect(result.current.query.status).toBe('error'))
    for (const { error } of [result.current.query, result.current.call])
      expect(error?.message).toMatch(/"priority".*'high'/)
  })

  describe('an option that there is not', () => {
    const hooks: Record<string, (task: TaskOptions<Work>, options: object) => unknown> = {
      useTaskCall: (task, options) => useTaskCall(task, 'work', options),
      useTaskStream: (task, options) => useTaskStream(task, 'items', options),
      useTaskQuery: (task, options) => useTaskQuery(taskQuery(task, 'work', 'a'), options),
      useSuspenseTaskQuery: (task, options) => useSuspenseTaskQuery(taskQuery(task, 'work', 'a'), options),
      useTaskMap: (task, options) => useTaskMap(task, 'work', ['a'], options),
      useRuntimeSnapshot: (_task, options) => useRuntimeSnapshot(({ tasks }) => tasks.length, options),
      useTaskSnapshot: (task, options) => useTaskSnapshot(task, ({ status }) => status, options),
      useRuntimeEvents: (_task, options) => useRuntimeEvents(() => {}, options),
      useSpans: (_task, options) => useSpans(options),
      useTrace: (_task, options) => useTrace('import', options),
    }

    it.each(Object.entries(hooks))(
      'of %s is an error in development, and names those that there are',
      async (name, useIt) => {
        const task = works()
        const wrapper = inRuntime(world.runtime())
        const render = () => renderHook(() => useIt(task, { keepPrevious: true }), { wrapper })
        await saidOnConsole(() =>
          expect(render).toThrow(
            new RegExp(`${name}\\(\\) has no option "keepPrevious"\\. Its options are \\w+`),
          ),
        )
        vi.stubEnv('NODE_ENV', 'production')
        // Gone before it is development again: whatever changes would render it once more.
        if (name !== 'useSuspenseTaskQuery') expect(() => render().unmount()).not.toThrow()
      },
    )

    it('is looked for in every hook that takes options', () => {
      const files = import.meta.glob<string>('../../hooks/use-*.ts', {
        query: '?raw',
        import: 'default',
        eager: true,
      })
      const names = Object.values(files).flatMap(
        (source) => /export interface U(se\w+)Options\b/.exec(source)?.[1] ?? [],
      )
      expect(names.map((name) => `u${name}`).toSorted()).toEqual(Object.keys(hooks).toSorted())
    })

    it.each(Object.entries(hooks))('%s takes no function in their place', async (name, useIt) => {
      const task = works()
      const render = () => renderHook(() => useIt(task, Object.is), { wrapper: inRuntime(world.runtime()) })
      await saidOnConsole(() => expect(render).toThrow(`${name}() takes its options as an object, but got`))
    })
  })

  describe('a runtime', () => {
    it('that is given takes the place of the provider’s, and needs none', async () => {
      const task = works()
      const [runtime, other] = [world.runtime(), world.runtime()]
      const heard = vi.fn<(event: RuntimeEvent) => void>()
      const useAll = () => {
        const trace = useTrace('import', { runtime })
        return {
          tasks: useRuntimeSnapshot(({ tasks }) => tasks.map(({ taskId }) => taskId), {
            runtime,
            isEqual: (a, b) => a.join() === b.join(),
          }),
          status: useTaskSnapshot(task, ({ counts }) => counts.succeeded, { runtime }),
          spans: useSpans({ runtime }),
          traceId: trace.traceId,
          trace,
          events: useRuntimeEvents(heard, { runtime, kinds: ['span'] }),
        }
      }
      const results = [renderHook(useAll).result, renderHook(useAll, { wrapper: inRuntime(other) }).result]
      const [first] = results
      await act(() => runtime.defineTask(task).with({ trace: first?.current.trace }).work('a'))
      for (const result of results) {
        await waitFor(() => expect(result.current).toMatchObject({ tasks: ['task-1'], status: 1 }))
        await waitFor(() => expect(result.current.spans).toHaveLength(1))
      }
      expect(first?.current.spans[0]?.traceId).toBe(first?.current.traceId)
      expect(heard.mock.calls.map(([{ kind }]) => kind)).toEqual(['span', 'span'])
      expect(other.getRuntimeSnapshot().tasks).toEqual([])
    })

    it('is known to a task: its hooks need no provider', async () => {
      const runtime = world.runtime()
      const task = runtime.defineTask(works())
      const { result } = renderHook(() => ({
        call: useTaskCall(task, 'work'),
        stream: useTaskStream(task, 'items'),
        query: useTaskQuery(taskQuery(task, 'work', 'a')),
        skipped: useTaskQuery(skipToken),
        succeeded: useTaskSnapshot(task, ({ counts }) => counts.succeeded),
      }))
      act(() => {
        result.current.call.run('b')
        result.current.stream.run('c')
      })
      await waitFor(() =>
        expect(result.current).toMatchObject({
          call: { data: 'B' },
          stream: { items: ['c'] },
          query: { data: 'A' },
          skipped: { status: 'idle' },
          succeeded: 3,
        }),
      )
    })

    it('of a task is not kept by the provider of another', async () => {
      const [runtime, other] = [world.runtime(), world.runtime()]
      const retain = vi.spyOn(other, 'retain')
      const [task, own] = [runtime.defineTask(works()), works()]
      const { result, unmount } = renderHook(
        () => [useTaskCall(task, 'work'), useTaskCall(own, 'work')] as const,
        {
          wrapper: ({ children }: { children: ReactNode }) => (
            <AtelierProvider createRuntime={() => other}>{children}</AtelierProvider>
          ),
        },
      )
      unmount()
      for (const [index, retained] of [0, 1].entries()) {
        retain.mockClear()
        await result.current[index]?.runAsync('late').catch(() => {})
        expect(retain).toHaveBeenCalledTimes(retained)
      }
    })
  })
})
