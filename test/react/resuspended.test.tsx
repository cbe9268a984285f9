/** A boundary that suspends again hides its tree without unmounting it: layout effects run again when it is revealed, passive ones do not. */
import { act, render, screen, waitFor } from '@testing-library/react'
import {
  AtelierProvider,
  type TaskOptions,
  useRuntimeEvents,
  useSpans,
  useTaskCall,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
  useTrace,
  taskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import { type ComponentType, type ReactNode, Suspense } from 'react'
import { expect, it } from 'vitest'
import { describeHook, type Gate, gate, macrotasks, useWorld } from './support.tsx'

type Work = {
  wait(text: string): Promise<string>
  count(text: string): AsyncGenerator<string>
}

describeHook('after its boundary has suspended again', () => {
  const world = useWorld()

  /** Handlers that wait until they are aborted. */
  function waits() {
    const seen: string[] = []
    const untilAborted = (text: string) =>
      new Promise<string>((_, reject) => {
        seen.push(`${text} started`)
        const { signal } = taskContext()
        signal.addEventListener('abort', () => {
          seen.push(`${text} aborted`)
          reject(signal.reason)
        })
      })
    const task: TaskOptions<Work> = world.task<Work>({
      wait: untilAborted,
      async *count(text) {
        yield await untilAborted(text)
      },
    })
    return { seen, task }
  }

  /** What suspends its boundary when it is asked to, as often as one likes. */
  function suspender() {
    let held: Gate | undefined
    return {
      suspend: () => {
        held = gate()
      },
      reveal: async () => {
        const { open } = held as Gate
        held = undefined
        await act(async () => open())
      },
      Suspender: () => {
        // oxlint-disable-next-line no-throw-literal -- what suspends on every React
        if (held) throw held.passed
        return null
      },
    }
  }

  async function suspendTwice(child: ReactNode) {
    const runtime = world.runtime()
    const { suspend, reveal, Suspender } = suspender()
    const page = (content: ReactNode) => (
      <AtelierProvider runtime={runtime}>
        <Suspense fallback="loading">{content}</Suspense>
      </AtelierProvider>
    )
    const shown = (turn: number) => (
      <>
        {child}
        <Suspender key="suspender" {...{ turn }} />
      </>
    )
    const { rerender } = render(page(shown(0)))
    await act(() => macrotasks())
    for (const turn of [1, 2]) {
      suspend()
      rerender(page(shown(turn)))
      await screen.findByText('loading')
      await reveal()
      await waitFor(() => expect(screen.queryByText('loading')).toBeNull())
    }
    return { runtime, unmount: () => rerender(page(null)) }
  }

  const hooks: Record<string, ComponentType<{ task: TaskOptions<Work> }>> = {
    useTaskCall: ({ task }) => {
      const { run, status } = useTaskCall(task, 'wait')
      return (
        <button type="button" onClick={() => run('work')}>
          {status}
        </button>
      )
    },
    useTaskStream: ({ task }) => {
      const { run, status } = useTaskStream(task, 'count')
      return (
        <button type="button" onClick={() => run('work')}>
          {status}
        </button>
      )
    },
    useTaskQuery: ({ task }) => {
      const { refetch, activity } = useTaskQuery(taskQuery(task, 'wait', 'work'))
      return (
        <button type="button" onClick={() => void refetch()}>
          {activity}
        </button>
      )
    },
  }

  it.each(Object.entries(hooks))('the unmount aborts what %s runs', async (_name, Hook) => {
    const { task, seen } = waits()
    const { unmount } = await suspendTwice(<Hook task={task} />)
    act(() => screen.getByRole('button').click())
    await waitFor(() => expect(seen).toContain('work started'))
    unmount()
    await waitFor(() => expect(seen.at(-1)).toBe('work aborted'))
  })

  it.each(Object.entries(hooks))(
    'what %s began before is neither aborted nor begun again',
    async (name, Hook) => {
      const { task, seen } = waits()
      const Begun = () => <Hook task={task} />
      const { unmount } = await suspendTwice(<Begun />)
      if (name !== 'useTaskQuery') act(() => screen.getByRole('button').click())
      await waitFor(() => expect(seen).toEqual(['work started']))
      await act(() => macrotasks())
      expect(screen.getByRole('button').textContent).toBe('running')
      unmount()
      await waitFor(() => expect(seen).toEqual(['work started', 'work aborted']))
    },
  )

  it('one listener is left to each hook that listens, and none after the unmount', async () => {
    const { task } = waits()
    const heard: string[] = []
    function Listening() {
      useRuntimeEvents((event) => heard.push(event.kind), { kinds: ['trace'] })
      useSpans()
      useTrace('page', { key: 'a' })
      return <i>{useTaskSnapshot(task, ({ status }) => status)}</i>
    }
    const { runtime, unmount } = await suspendTwice(<Listening />)
    await act(() => macrotasks())
    heard.length = 0
    runtime.createTrace('other').end()
    expect(heard).toEqual(['trace'])
    unmount()
    await act(() => macrotasks())
    heard.length = 0
    runtime.createTrace('other').end()
    expect(heard).toEqual([])
  })
})
