/**
 * Functions that hooks call while they render: whatever public call they make, and whatever they throw, the promises of the page settle, the
 * next call works, and a boundary that is reset shows the component again.
 */
import { act, render } from '@testing-library/react'
import {
  AtelierProvider,
  createTaskRuntime,
  type TaskRuntime,
  type Task,
  taskQuery,
  useRuntimeSnapshot,
  useSuspenseTaskQuery,
  useTaskCall,
  useTaskMap,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
} from 'atelier-react'
import { Component, type ReactNode, Suspense } from 'react'
import { expect, it } from 'vitest'
import { describeHook, macrotasks, saidOnConsole, until, useWorld } from './support.tsx'

type Work = { work(text: string): Promise<string>; items(text: string): AsyncGenerator<string> }

class Boundary extends Component<{ children: ReactNode }> {
  override state: { error?: Error } = {}
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    return this.state.error ? null : this.props.children
  }
}

const callbacks = [
  'call.throwOnError',
  'stream.throwOnError',
  'query.throwOnError',
  'query.select',
  'query.placeholderData',
  'suspense.select',
  'map.keyOf',
  'runtime.select',
  'runtime.isEqual',
  'task.select',
  'task.isEqual',
] as const
type Callback = (typeof callbacks)[number]

interface Stage {
  readonly runtime: TaskRuntime
  readonly task: Task<Work>
}

/** What a function can do that is called while React renders. */
const actions: Record<string, { readonly ends?: true; readonly act: (stage: Stage) => void }> = {
  throw: {
    act: () => {
      throw new Error('thrown by a callback')
    },
  },
  'make a call': { act: ({ task }) => void task.work('quick inner').catch(() => {}) },
  'abort the key': { act: ({ runtime }) => void runtime.abort({ key: 'key' }) },
  'abort the task': { act: ({ runtime, task }) => void runtime.abort({ task }) },
  'stop and start the workers': {
    act: ({ task }) => {
      task.control.stop()
      task.control.start()
    },
  },
  'define a task': {
    act: ({ runtime }) => {
      runtime
        .defineTask<Work>({ type: 'parallel', worker: () => Object.create(null) as Worker })
        .control.dispose()
    },
  },
  'read and subscribe': {
    act: ({ runtime }) => {
      runtime.getRuntimeSnapshot()
      runtime.inspect()
      runtime.subscribeRuntimeSnapshot(() => {}, { emitImmediately: true })()
    },
  },
  'clear the queue': { act: ({ task }) => void task.control.clearQueue() },
  'dispose of the task': { ends: true, act: ({ task }) => task.control.dispose() },
  'dispose of the runtime': { ends: true, act: ({ runtime }) => runtime.dispose() },
}

describeHook('functions that are called at render', ({ compiled }) => {
  const world = useWorld()

  function works() {
    return world.task<Work>(
      {
        async work(text) {
          await Promise.resolve()
          if (text.endsWith('bad')) throw new RangeError(text)
          return text.toUpperCase()
        },
        async *items(text) {
          yield text
          if (text.endsWith('bad')) throw new RangeError(text)
        },
      },
      { maxWorkers: 2, methods: { work: { keyOf: () => 'key' } } },
    )
  }

  const cases = callbacks.flatMap((callback) => Object.keys(actions).map((name) => [callback, name] as const))

  it.each(cases)('%s: %s', async (callback, name) => {
    const { act: perform, ends } = actions[name] as (typeof actions)[string]
    const options = works()
    const runtime = world.runtime()
    let performed = 0
    let isArmed = true
    const fire = (from: Callback): void => {
      if (from !== callback || !isArmed) return
      isArmed = false
      performed++
      perform({ runtime, task: runtime.defineTask<Work>(options) })
    }
    const wants = (from: Callback) => () => {
      fire(from)
      return false
    }
    let current!: ReturnType<typeof useHooks>
    function useHooks(text: string) {
      const query = useTaskQuery(taskQuery(options, 'work', text), {
        select: (result) => {
          fire('query.select')
          return result.length
        },
        placeholderData: () => {
          fire('query.placeholderData')
          return undefined
        },
        throwOnError: wants('query.throwOnError'),
      })
      const call = useTaskCall(options, 'work', { throwOnError: wants('call.throwOnError') })
      const stream = useTaskStream(options, 'items', { throwOnError: wants('stream.throwOnError') })
      const list = useTaskMap(options, 'work', [text], {
        keyOf: (item) => {
          fire('map.keyOf')
          return item
        },
      })
      useRuntimeSnapshot(
        ({ tasks }) => {
          fire('runtime.select')
          return tasks.length
        },
        {
          isEqual: (a, b) => {
            fire('runtime.isEqual')
            return a === b
          },
        },
      )
      useTaskSnapshot(
        options,
        ({ queue }) => {
          fire('task.select')
          return queue.inFlight
        },
        {
          isEqual: (a, b) => {
            fire('task.isEqual')
            return a === b
          },
        },
      )
      return { query, call, stream, list }
    }
    function Hooks({ text }: { text: string }) {
      const hooks = useHooks(text)
      keep(hooks)
      return null
    }
    const keep = (hooks: ReturnType<typeof useHooks>) => (current = hooks)
    let suspended: number | undefined
    const keepSuspended = (length: number) => (suspended = length)
    function Suspending({ text }: { text: string }) {
      const { data } = useSuspenseTaskQuery(taskQuery(options, 'work', text), {
        select: (result) => {
          fire('suspense.select')
          return result.length
        },
      })
      keepSuspended(data)
      return null
    }
    const page = (text: string, turn: number) => (
      <AtelierProvider runtime={runtime}>
        <Boundary key={turn}>
          <Hooks text={text} />
        </Boundary>
        <Boundary key={`suspense ${turn}`}>
          <Suspense fallback={null}>
            <Suspending text={text} />
          </Suspense>
        </Boundary>
      </AtelierProvider>
    )
    const promises: Promise<unknown>[] = []
    const quiet = (call: Promise<unknown>) => promises.push(call.catch((error: Error) => error))
    // React says what it thinks of a state that is set while another component renders.
    await saidOnConsole(async () => {
      const { rerender } = render(page('quick', 0))
      await act(() => macrotasks(4))
      for (const text of ['quick other', 'quick bad']) {
        rerender(page(text, 0))
        await act(() => macrotasks(4))
        act(() => {
          if (ends && performed > 0) return
          quiet(current.call.runAsync('quick bad'))
          current.stream.run('bad')
          current.list.run()
        })
        await act(() => macrotasks(4))
      }
      await until(() => performed === 1)
      await act(() => Promise.all(promises))
      if (ends) return
      rerender(page('quick last', 1))
      await until(() => current.query.status === 'success' && current.query.data === 'quick last'.length)
      await until(() => suspended === 'quick last'.length)
      expect(await act(() => current.call.runAsync('quick next'))).toBe('QUICK NEXT')
      act(() => current.stream.run('last'))
      await until(() => current.stream.status === 'success')
      act(() => current.list.run())
      await until(() => current.list.items[0]?.status === 'success')
    })
    expect(compiled || performed === 1).toBe(true)
  })

  it.each(['throw', 'make a runtime'] as const)("'createRuntime': %s", async (name) => {
    const options = works()
    let tries = 0
    const made: TaskRuntime[] = []
    const create = () => {
      if (++tries === 1) {
        if (name === 'throw') throw new Error('thrown by createRuntime')
        made.push(createTaskRuntime({ otel: false, performance: false }))
        made[0]?.dispose()
      }
      const runtime = createTaskRuntime({ otel: false, performance: false })
      made.push(runtime)
      return runtime
    }
    let data: string | undefined
    function Asking() {
      const query = useTaskQuery(taskQuery(options, 'work', 'quick'))
      keep(query.data)
      return null
    }
    const keep = (value: string | undefined) => (data = value)
    const page = (turn: number) => (
      <Boundary key={turn}>
        <AtelierProvider createRuntime={create}>
          <Asking />
        </AtelierProvider>
      </Boundary>
    )
    await saidOnConsole(async () => {
      const { rerender } = render(page(0))
      await act(() => macrotasks(4))
      rerender(page(1))
      await until(() => data === 'QUICK')
    })
    expect([data, tries > 1]).toEqual(['QUICK', true])
    act(() => {
      for (const runtime of made) runtime.dispose()
    })
  })
})
