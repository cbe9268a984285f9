/** Activity: what is rendered hidden starts nothing but what a render may start, and what is hidden later gives up its work. */
import { act, render, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type TaskOptions,
  type TaskRuntime,
  useRuntimeEvents,
  useSpans,
  useSuspenseTaskQuery,
  useTask,
  useTaskCall,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
  taskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { type ReactNode, Suspense, useEffect } from 'react'
import { describe, expect, it } from 'vitest'
import { Activity, describeHook, gates, inRuntime, macrotasks, useWorld } from './support.tsx'

type Mode = 'visible' | 'hidden'

describe.runIf(Activity)('in an Activity', () => {
  describeHook('hooks', () => {
    const world = useWorld()

    function texts(config: { init?: 'eager' } = {}) {
      const doors = gates<void>()
      const seen: string[] = []
      const handlers = {
        async read(text: string) {
          const { signal } = taskContext()
          seen.push(text)
          signal.addEventListener('abort', () => seen.push(`${text} aborted`))
          await doors.at(text)
          return text.toUpperCase()
        },
        async *letters(text: string) {
          const { signal } = taskContext()
          signal.addEventListener('abort', () => seen.push(`${text} aborted`))
          for (const letter of text) {
            yield letter
            await doors.at(letter)
          }
        },
      }
      return { doors, seen, task: world.task(handlers, config) }
    }

    type Texts = { read(text: string): Promise<string>; letters(text: string): AsyncGenerator<string> }

    function renderIn(runtime: TaskRuntime, child: ReactNode, first: Mode) {
      const page = (mode: Mode) => (
        <AtelierProvider runtime={runtime}>
          <Activity mode={mode}>{child}</Activity>
        </AtelierProvider>
      )
      const { rerender } = render(page(first))
      return (mode: Mode) => rerender(page(mode))
    }

    function Query({ task }: { task: TaskOptions<Texts> }) {
      const { data, status } = useTaskQuery(taskQuery(task, 'read', 'a'))
      return <i>{data ?? status}</i>
    }

    it('useTaskQuery, rendered hidden: the call is made when it is shown', async () => {
      const { task, doors, seen } = texts()
      const show = renderIn(world.runtime(), <Query task={task} />, 'hidden')
      await act(() => macrotasks())
      expect(seen).toEqual([])
      expect(world.spawned()).toBe(0)
      show('visible')
      doors.open('a')
      expect(await screen.findByText('A')).toBeTruthy()
      expect(seen).toEqual(['a'])
    })

    it('useTaskQuery, hidden later: its result is there when it is shown, without another call', async () => {
      const { task, doors, seen } = texts()
      doors.open('a')
      const states: string[] = []
      function Part() {
        const { data, status } = useTaskQuery(taskQuery(task, 'read', 'a'))
        states.push(status)
        return <i>{data ?? status}</i>
      }
      const show = renderIn(world.runtime(), <Part />, 'visible')
      await screen.findByText('A')
      show('hidden')
      await act(() => macrotasks())
      states.length = 0
      show('visible')
      await act(() => macrotasks())
      expect(screen.getByText('A')).toBeTruthy()
      expect(states.filter((status) => status !== 'success')).toEqual([])
      expect(seen).toEqual(['a'])
    })

    it('useSuspenseTaskQuery, rendered hidden: the work is done before it is shown', async () => {
      const { task, doors, seen } = texts()
      const runtime = world.runtime()
      function Part() {
        return <i>{useSuspenseTaskQuery(taskQuery(task, 'read', 'a')).data}</i>
      }
      const show = renderIn(
        runtime,
        <Suspense fallback="loading">
          <Part />
        </Suspense>,
        'hidden',
      )
      await act(() => doors.reached('a'))
      await act(async () => doors.open('a'))
      await waitFor(() => expect(runtime.getRuntimeSnapshot().tasks[0]?.counts.succeeded).toBe(1))
      await act(() => macrotasks())
      show('visible')
      expect(await screen.findByText('A')).toBeTruthy()
      expect(seen).toEqual(['a'])
    })

    it('useSuspenseTaskQuery, hidden later: its result is there when it is shown, without another call', async () => {
      const { task, doors, seen } = texts()
      doors.open('a')
      const runtime = world.runtime()
      function Part({ mode }: { mode: Mode }) {
        return <i>{`${useSuspenseTaskQuery(taskQuery(task, 'read', 'a')).data} ${mode}`}</i>
      }
      // New elements each time, so that the part renders whenever the page does.
      const page = (mode: Mode) => (
        <AtelierProvider runtime={runtime}>
          <Activity mode={mode}>
            <Suspense fallback="loading">
              <Part mode={mode} />
            </Suspense>
          </Activity>
        </AtelierProvider>
      )
      const { rerender } = render(page('visible'))
      await screen.findByText('A visible')
      rerender(page('hidden'))
      await act(() => macrotasks())
      rerender(page('visible'))
      expect(screen.getByText('A visible')).toBeTruthy()
      await act(() => macrotasks())
      expect(seen).toEqual(['a'])
    })

    it('an eager task starts when its component is shown, and not before', async () => {
      const { task } = texts({ init: 'eager' })
      function Part() {
        useTask(task)
        return null
      }
      const show = renderIn(world.runtime(), <Part />, 'hidden')
      await act(() => macrotasks())
      expect(world.spawned()).toBe(0)
      show('visible')
      expect(world.spawned()).toBe(2)
    })

    it('useTaskStream, hidden: the stream is aborted, its items are there when it is shown', async () => {
      const { task, seen } = texts()
      function Part() {
        const { run, items, status } = useTaskStream(task, 'letters', { limit: 10 })
        return (
          <button type="button" onClick={() => run('xy')}>
            {`${status} ${items.join('')}`}
          </button>
        )
      }
      const show = renderIn(world.runtime(), <Part />, 'visible')
      act(() => screen.getByRole('button').click())
      await screen.findByText('running x')
      show('hidden')
      await waitFor(() => expect(seen).toEqual(['xy aborted']))
      show('visible')
      expect(await screen.findByText('canceled x')).toBeTruthy()
    })

    it('useTaskSnapshot, hidden: renders nothing, and is up to date when it is shown', async () => {
      const { task, doors } = texts()
      const runtime = world.runtime()
      let renders = 0
      function Part() {
        const done = useTaskSnapshot(task, ({ counts }) => counts.succeeded)
        useEffect(() => {
          renders++
        })
        return <i>{`${done} done`}</i>
      }
      const show = renderIn(runtime, <Part />, 'visible')
      expect(screen.getByText('0 done')).toBeTruthy()
      show('hidden')
      const before = renders
      doors.open('a')
      await act(() => runtime.defineTask<Texts>(task).read('a'))
      await act(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      expect(renders).toBe(before)
      show('visible')
      expect(await screen.findByText('1 done')).toBeTruthy()
    })

    it('useRuntimeEvents and useSpans, hidden: hear nothing', async () => {
      const { task, doors } = texts()
      const runtime = world.runtime()
      const heard: string[] = []
      function Part() {
        useRuntimeEvents((event) => heard.push(event.kind), { kinds: ['span'] })
        return <i>{`${useSpans().length} spans`}</i>
      }
      const show = renderIn(runtime, <Part />, 'hidden')
      doors.open('a')
      await act(() => runtime.defineTask<Texts>(task).read('a'))
      runtime.flush()
      expect(heard).toEqual([])
      show('visible')
      await act(() => runtime.defineTask<Texts>(task).read('a'))
      expect(await screen.findByText('1 spans')).toBeTruthy()
      expect(heard).toEqual(['span'])
    })
  })
})

describeHook('a render that is never committed', () => {
  const world = useWorld()

  it('starts no call, no worker and no trace, whichever hooks it uses', async () => {
    const task = world.task({ read: (text: string) => text }, { init: 'eager' })
    const runtime = world.runtime()
    const never = new Promise<void>(() => {})
    function Part(): ReactNode {
      useTask(task)
      useTaskCall(task, 'read')
      useTaskQuery(taskQuery(task, 'read', 'a'))
      useTaskSnapshot(task)
      useSpans()
      // oxlint-disable-next-line no-throw-literal -- what suspends on every React
      throw never
    }
    const { unmount } = render(
      <Suspense fallback="loading">
        <Part />
      </Suspense>,
      { wrapper: inRuntime(runtime) },
    )
    await act(() => macrotasks())
    unmount()
    await macrotasks()
    expect(world.spawned()).toBe(0)
    expect(runtime.getRuntimeSnapshot().tasks[0]?.counts.dispatched).toBe(0)
  })
})
