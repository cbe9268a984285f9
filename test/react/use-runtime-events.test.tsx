/** `useRuntimeEvents` and `useSpans`: what a runtime tells, to listeners and to renders. */
import { act, renderHook, waitFor } from '@testing-library/react'
import {
  type RuntimeEvent,
  type RuntimeEventKind,
  useRuntimeEvents,
  useSpans,
  type UseSpansOptions,
} from 'atelier-react'
import { expect, it } from 'vitest'
import { describeHook, inRuntime, macrotasks, useWorld } from './support.tsx'

type Echo = { echo(text: string): string }

describeHook('useRuntimeEvents', () => {
  const world = useWorld()

  it('hears events from the mount to the unmount, and never renders', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>(world.task<Echo>({ echo: (text) => text }))
    const heard: RuntimeEvent[] = []
    let renders = 0
    const { unmount } = renderHook(
      () => {
        renders++
        useRuntimeEvents((event) => heard.push(event))
      },
      { wrapper: inRuntime(runtime) },
    )
    const before = renders
    await act(() => task.echo('x'))
    await act(() => macrotasks())
    expect(heard.filter((event) => event.kind === 'span')).toHaveLength(1)
    expect(heard.some((event) => event.kind === 'worker')).toBe(true)
    unmount()
    const count = heard.length
    await task.echo('y')
    await macrotasks()
    expect(heard).toHaveLength(count)
    expect(renders).toBe(before)
  })

  it('calls the newest listener, for the newest kinds', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>(world.task<Echo>({ echo: (text) => text }))
    const heard: string[] = []
    const { rerender } = renderHook(
      ({ name, kinds }: { name: string; kinds: RuntimeEventKind[] }) =>
        useRuntimeEvents((event) => heard.push(`${name} ${event.kind}`), { kinds }),
      { wrapper: inRuntime(runtime), initialProps: { name: 'first', kinds: ['span'] } },
    )
    await act(() => task.echo('x'))
    await act(() => macrotasks())
    rerender({ name: 'second', kinds: ['counter'] })
    await act(() => task.echo('y'))
    await act(() => macrotasks())
    expect(heard.filter((one) => one.startsWith('first'))).toEqual(['first span'])
    expect(new Set(heard.filter((one) => one.startsWith('second')))).toEqual(new Set(['second counter']))
  })

  it('hears of the steps of calls where it asks for them, and of nothing where it asks for nothing', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>(world.task<Echo>({ echo: (text) => text }))
    const heard: string[] = []
    const { rerender } = renderHook(
      ({ kinds }: { kinds: RuntimeEventKind[] }) =>
        useRuntimeEvents((event) => heard.push(event.kind === 'call' ? event.phase : event.kind), { kinds }),
      { wrapper: inRuntime(runtime), initialProps: { kinds: ['call'] } },
    )
    await act(() => task.echo('x'))
    await act(() => macrotasks())
    expect(heard).toEqual(['created', 'admitted', 'sent', 'started', 'settled'])
    rerender({ kinds: [] })
    await act(() => task.echo('y'))
    await act(() => macrotasks())
    expect(heard).toHaveLength(5)
  })

  it('costs the runtime nothing when nobody is mounted', async () => {
    const runtime = world.runtime()
    let listeners = 0
    const counted = {
      ...runtime,
      subscribeEvents: (listener: (event: RuntimeEvent) => void) => {
        listeners++
        const stop = runtime.subscribeEvents(listener)
        return () => {
          listeners--
          stop()
        }
      },
    }
    const { unmount } = renderHook(
      () => {
        useRuntimeEvents(() => {})
        useSpans()
      },
      { wrapper: inRuntime(counted) },
    )
    expect(listeners).toBe(2)
    unmount()
    expect(listeners).toBe(0)
  })
})

describeHook('useSpans', () => {
  const world = useWorld()

  it('gives the last spans, oldest first, in a few renders', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>(
      world.task<Echo>({ echo: (text) => text }, { methods: { echo: { keyOf: (text) => text } } }),
    )
    let renders = 0
    const { result } = renderHook(
      () => {
        renders++
        return useSpans({ limit: 3 })
      },
      { wrapper: inRuntime(runtime) },
    )
    expect(result.current).toEqual([])
    const began = performance.now()
    for (let i = 1; i <= 50; i++) await act(() => task.echo(String(i)))
    await waitFor(() => expect(result.current.map((span) => span.key)).toEqual(['48', '49', '50']))
    expect(renders).toBeLessThanOrEqual(2 * (3 + (performance.now() - began) / 16))
  })

  it('of one trace only, and anew when it is another', async () => {
    const runtime = world.runtime()
    const task = runtime.defineTask<Echo>(
      world.task<Echo>({ echo: (text) => text }, { methods: { echo: { keyOf: (text) => text } } }),
    )
    const [one, two] = [runtime.createTrace('one'), runtime.createTrace('two')]
    const { result, rerender } = renderHook((props: UseSpansOptions) => useSpans(props), {
      wrapper: inRuntime(runtime),
      initialProps: { traceId: one.traceId },
    })
    const call = () =>
      Promise.all([task.with({ trace: one }).echo('1'), task.with({ trace: two }).echo('2'), task.echo('3')])
    await act(call)
    await waitFor(() => expect(result.current.map((span) => span.key)).toEqual(['1']))
    rerender({ traceId: two.traceId })
    expect(result.current).toEqual([])
    await act(call)
    await waitFor(() => expect(result.current.map((span) => span.key)).toEqual(['2']))
  })
})
