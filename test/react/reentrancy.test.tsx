/** Whatever a callback does, and whichever it is: each promise settles, the next call works, and nothing is left over. */
import { act, render, renderHook, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type TaskOptions,
  type TaskRuntime,
  useRuntimeEvents,
  useTaskCall,
  useTaskEvent,
  useTaskMap,
  useTaskQuery,
  useTaskStream,
  taskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeHook, gates, inRuntime, macrotasks, rejectionOf, until, useWorld } from './support.tsx'

type Work = {
  work(text: string): Promise<string>
  items(text: string): AsyncGenerator<string>
}

/** Each mode with one callback at least, and those that have an order with two. */
function modesOf(callback: string) {
  if (callback === 'call.onSuccess') return ['latest', 'serial'] as const
  if (callback === 'call.onError') return ['latest', 'parallel'] as const
  if (callback === 'call.onSettled') return ['serial', 'drop-latest'] as const
  return ['latest'] as const
}

describeHook('callbacks that call back in', () => {
  const world = useWorld()
  const reported = vi.fn<(error: unknown) => void>()
  beforeEach(() => {
    reported.mockClear()
    vi.stubGlobal('reportError', reported)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  function works() {
    const doors = gates<void>()
    const open = new Set<string>()
    const task: TaskOptions<Work> = world.task<Work>(
      {
        async work(text) {
          const { signal, emit } = taskContext()
          emit('said', text)
          open.add(text)
          const aborted = new Promise<never>((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason))
          })
          try {
            if (!text.startsWith('quick')) await Promise.race([doors.at(text), aborted])
            if (text.endsWith('bad')) throw new RangeError(text)
            return text.toUpperCase()
          } finally {
            open.delete(text)
          }
        },
        async *items(text) {
          yield text
          if (text.endsWith('bad')) throw new RangeError(text)
          yield text
        },
      },
      { maxWorkers: 4, methods: { work: { keyOf: () => 'key' }, items: { keyOf: () => 'key' } } },
    )
    return { doors, open, task }
  }

  describe('the order of calls', () => {
    it('mode queue: a call that onSuccess makes comes after those that wait', async () => {
      const { task } = works()
      const over: string[] = []
      const { result } = renderHook(
        () => {
          const call = useTaskCall(task, 'work', {
            mode: 'serial',
            onSuccess: (data, [text]) => {
              over.push(data)
              if (text === 'quick 1') call.run('quick 4')
            },
          })
          return call
        },
        { wrapper: inRuntime(world.runtime()) },
      )
      act(() => {
        for (const text of ['quick 1', 'quick 2', 'quick 3']) result.current.run(text)
      })
      await waitFor(() => expect(over).toHaveLength(4))
      expect(over).toEqual(['QUICK 1', 'QUICK 2', 'QUICK 3', 'QUICK 4'])
    })

    it('mode latest: when onSettled calls again one call is open, the newest, and each promise settles', async () => {
      const { task, doors, open } = works()
      const runtime = world.runtime()
      let again = 0
      const { result } = renderHook(
        () => {
          const call = useTaskCall(task, 'work', { onSettled: () => call.run(`again ${++again}`) })
          return call
        },
        { wrapper: inRuntime(runtime) },
      )
      let first!: Promise<Error>
      let second!: Promise<Error>
      act(() => void (first = rejectionOf(result.current.runAsync('first'))))
      await act(() => doors.reached('first'))
      act(() => void (second = rejectionOf(result.current.runAsync('second'))))
      expect(await act(() => first)).toMatchObject({ code: 'superseded' })
      expect(await act(() => second)).toMatchObject({ code: 'superseded' })
      await waitFor(() => expect([...open]).toEqual(['again 1']))
      const queue = () => runtime.getRuntimeSnapshot().tasks[0]?.queue
      await waitFor(() => expect(queue()).toMatchObject({ inFlight: 1, pending: 0 }))
      expect(result.current).toMatchObject({ status: 'running', args: ['again 1'] })
    })

    it('mode latest: an abort in onSettled reaches the call that superseded, too', async () => {
      const { task, doors, open } = works()
      const { result } = renderHook(
        () => {
          const call = useTaskCall(task, 'work', { onSettled: () => call.abort('enough') })
          return call
        },
        { wrapper: inRuntime(world.runtime()) },
      )
      act(() => result.current.run('first'))
      await act(() => doors.reached('first'))
      let second!: Promise<Error>
      act(() => void (second = rejectionOf(result.current.runAsync('second'))))
      expect(await act(() => second)).toMatchObject({ code: 'aborted' })
      await waitFor(() => expect(open.size).toBe(0))
    })

    it('mode queue: an abort takes those in line, not what their callbacks ask for', async () => {
      const { task, doors } = works()
      const over: string[] = []
      const { result } = renderHook(
        () => {
          const call = useTaskCall(task, 'work', {
            mode: 'serial',
            onSuccess: (data) => over.push(data),
            onSettled: (_data, error, [text]) => {
              if (error && text === 'second') call.run('quick')
            },
          })
          return call
        },
        { wrapper: inRuntime(world.runtime()) },
      )
      act(() => {
        result.current.run('first')
        result.current.run('second')
      })
      await act(() => doors.reached('first'))
      act(() => result.current.abort())
      await waitFor(() => expect(over).toEqual(['QUICK']))
    })

    it('mode queue: ten thousand calls that fail as they are made', { timeout: 30_000 }, async () => {
      const { task } = works()
      let failures = 0
      const { result } = renderHook(
        () =>
          useTaskCall(task, 'work', {
            mode: 'serial',
            with: { trace: 5 as never },
            onError: () => (failures += 1),
          }),
        { wrapper: inRuntime(world.runtime()) },
      )
      act(() => {
        for (let i = 0; i < 10_000; i++) result.current.run('quick')
      })
      await waitFor(() => expect(failures).toBe(10_000), { timeout: 20_000 })
      expect(result.current.status).toBe('error')
    })
  })

  it.each(['sync', 'disposed', 'after the unmount'] as const)(
    'a callback that calls again whatever comes does not stop the page: %s',
    async (how) => {
      const { task } = works()
      const runtime = world.runtime()
      let settled = 0
      let isOver = false
      const { result, unmount } = renderHook(
        () => {
          const call = useTaskCall(task, 'work', {
            with: { trace: how === 'sync' ? (5 as never) : undefined },
            onSettled: () => {
              settled++
              if (!isOver) call.run('shut')
            },
          })
          return call
        },
        { wrapper: inRuntime(runtime) },
      )
      await act(async () => {
        result.current.run('shut')
        if (how === 'disposed') runtime.dispose()
        if (how === 'after the unmount') unmount()
        await macrotasks(10)
      })
      isOver = true
      await act(() => macrotasks(4))
      if (how === 'after the unmount') expect(settled).toBe(1)
      else expect(settled).toBeGreaterThan(1)
    },
  )

  /** What a callback can do; `ends` says that the tree or the runtime is over with it. */
  const actions: Record<string, { readonly ends?: true; readonly act: (on: Stage) => void }> = {
    throw: {
      act: () => {
        throw new Error('thrown by a callback')
      },
    },
    run: { act: ({ call }) => call().run('quick again') },
    'run a stream': { act: ({ stream }) => stream().run('again') },
    abort: { act: ({ call, stream }) => (call().abort(), stream().abort()) },
    reset: { act: ({ call, stream }) => (call().reset(), stream().reset()) },
    refetch: { act: ({ query }) => void query().refetch() },
    'abort the key': { act: ({ runtime }) => runtime.abort({ key: 'key' }) },
    'stop the workers': {
      act: ({ runtime, task }) => {
        const { stop, start } = runtime.defineTask<Work>(task).control
        stop()
        setTimeout(start)
      },
    },
    unmount: { ends: true, act: ({ unmount }) => unmount() },
    dispose: { ends: true, act: ({ runtime }) => runtime.dispose() },
  }

  interface Stage {
    readonly runtime: TaskRuntime
    readonly task: TaskOptions<Work>
    readonly call: () => ReturnType<typeof useTaskCall<Work, 'work'>>
    readonly stream: () => ReturnType<typeof useTaskStream<Work, 'items'>>
    readonly query: () => ReturnType<typeof useTaskQuery<[string], string>>
    readonly unmount: () => void
  }

  const callbacks = [
    'call.onSuccess',
    'call.onError',
    'call.onSettled',
    'stream.onItem',
    'stream.onSuccess',
    'stream.onError',
    'map.onSuccess',
    'map.onError',
    'events',
    'task.event',
  ] as const

  const table = callbacks.flatMap((callback) =>
    Object.entries(actions).flatMap(([name, action]) =>
      modesOf(callback).map((mode) => [callback, name, mode, action] as const),
    ),
  )

  // What a listener of the runtime throws is the page's to report: tests of the core look at it.
  const cases = table.filter(([callback, name]) => !/event/.test(callback) || name !== 'throw')

  it.each(cases)('%s: %s (mode %s)', async (callback, name, mode, { act: perform, ends }) => {
    const { task, doors } = works()
    const runtime = world.runtime()
    let isArmed = true
    let performed = 0
    const fire = (from: string) => {
      if (!isArmed || from !== callback) return
      isArmed = false
      performed++
      perform(stage)
    }
    let current!: ReturnType<typeof useHooks>
    function useHooks() {
      const call = useTaskCall(task, 'work', {
        mode,
        onSuccess: () => fire('call.onSuccess'),
        onError: () => fire('call.onError'),
        onSettled: () => fire('call.onSettled'),
      })
      const stream = useTaskStream(task, 'items', {
        onItem: () => fire('stream.onItem'),
        onSuccess: () => fire('stream.onSuccess'),
        onError: () => fire('stream.onError'),
      })
      const query = useTaskQuery(taskQuery(task, 'work', 'quick query'))
      const list = useTaskMap(task, 'work', callback === 'map.onError' ? ['quick bad'] : ['quick item'], {
        onSuccess: () => fire('map.onSuccess'),
        onError: () => fire('map.onError'),
      })
      useRuntimeEvents(() => fire('events'))
      useTaskEvent(task, 'said', () => fire('task.event'))
      return { call, stream, query, list }
    }
    function Hooks({ keep }: { keep: (hooks: ReturnType<typeof useHooks>) => void }) {
      const hooks = useHooks()
      keep(hooks)
      return null
    }
    const view = render(
      <AtelierProvider runtime={runtime}>
        <Hooks keep={(hooks) => (current = hooks)} />
      </AtelierProvider>,
    )
    const stage: Stage = {
      runtime,
      task,
      call: () => current.call,
      stream: () => current.stream,
      query: () => current.query,
      unmount: () => view.unmount(),
    }

    const promises: Promise<unknown>[] = []
    act(() => {
      for (const text of ['one', callback === 'call.onError' ? 'two bad' : 'two', 'three'])
        promises.push(current.call.runAsync(text).catch((error: Error) => error))
      current.stream.run(callback === 'stream.onError' ? 'bad' : 'items')
      if (callback.startsWith('map')) current.list.run()
    })
    for (const text of ['one', 'two', 'two bad', 'three']) doors.open(text)
    await act(() => Promise.all(promises))
    // In the modes latest and drop-latest the one that fails may not have come to its turn.
    if (performed === 0) await act(() => current.call.runAsync('quick bad').catch((error: Error) => error))
    await until(() => performed === 1)
    await act(() => macrotasks(4))
    if (name === 'throw') {
      expect(reported.mock.calls).toEqual([[new Error('thrown by a callback')]])
    } else expect(reported).not.toHaveBeenCalled()
    if (ends) return
    await until(() => !/queued|running/.test(current.call.status))
    expect(await act(() => current.call.runAsync('quick last'))).toBe('QUICK LAST')
    await until(() => current.call.data === 'QUICK LAST')
    act(() => void current.query.refetch())
    await until(() => current.query.status === 'success')
    act(() => current.stream.run('last'))
    await until(() => current.stream.status === 'success')
    expect(current.stream.items).toEqual(['last', 'last'])
  })
})
