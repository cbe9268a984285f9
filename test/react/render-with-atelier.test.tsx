/** `renderWithAtelier` and `reactModes`, as a user's tests use them. */
import { render, renderHook, screen, waitFor } from '@testing-library/react'
import { type TaskOptions, taskOptions, useRuntime, useTaskCall } from 'atelier-react'
import { createFakeWorker, fakeTask, reactModes, renderWithAtelier } from 'atelier-react/testing'
import { taskContext } from 'atelier-react/worker'
import { useEffect } from 'react'
import { describe, expect, it } from 'vitest'
import { gate, macrotasks, useWorld } from './support.tsx'

const handlers = { total: (prices: number[]) => prices.reduce((sum, price) => sum + price, 0) }
type PricesApi = typeof handlers

function realWorker(): Worker {
  throw new Error('the real worker was made')
}
const prices = taskOptions<PricesApi>({
  type: 'parallel',
  maxWorkers: 1,
  taskName: 'prices',
  worker: realWorker,
})

function Total({ of, task = prices }: { of: number[]; task?: TaskOptions<PricesApi> }) {
  const { run, status, data, error } = useTaskCall(task, 'total')
  useEffect(() => run(of), [run, of])
  return <output>{error ? error.message : `${status} ${data ?? ''}`.trim()}</output>
}
const twoPrices = [10, 20]

describe.each(reactModes(Total))('renderWithAtelier, $name', ({ strict }) => {
  const fakes = [fakeTask(prices, { handlers })]

  it('renders in a runtime whose tasks have fake workers, with any defaults', async () => {
    const { runtime } = await renderWithAtelier(<Total of={twoPrices} />, { render, strict, fakes })
    expect(await screen.findByText('success 30')).toBeTruthy()
    expect(runtime.getRuntimeSnapshot().tasks[0]?.counts.succeeded).toBeGreaterThan(0)
    const urgent: typeof prices = { ...prices, defaults: { priority: 'high' } }
    await renderWithAtelier(<Total of={twoPrices} task={urgent} />, {
      render,
      strict,
      fakes: [fakeTask(prices, () => createFakeWorker({ handlers: { total: () => 7 } }))],
    })
    expect(await screen.findByText('success 7')).toBeTruthy()
  })

  it('keeps the runtime when it is rendered again, and the task with it', async () => {
    const { rerender, runtime } = await renderWithAtelier(<Total of={twoPrices} />, {
      render,
      strict,
      fakes,
    })
    await screen.findByText('success 30')
    rerender(<Total of={[1, 2]} />)
    await screen.findByText('success 3')
    expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(1)
  })

  it('leaves a task without a fake its own worker', async () => {
    const other = { ...prices, worker: () => realWorker() }
    await renderWithAtelier(<Total of={twoPrices} />, {
      render,
      strict,
      fakes: [fakeTask(other, { handlers })],
    })
    expect(await screen.findByText(/the real worker was made/)).toBeTruthy()
  })

  it('stops the workers, and aborts what is open, at the unmount', async () => {
    const never = gate()
    const seen: string[] = []
    const { unmount, runtime } = await renderWithAtelier(<Total of={twoPrices} />, {
      render,
      strict,
      fakes: [
        fakeTask(prices, {
          handlers: {
            async total() {
              taskContext().signal.addEventListener('abort', () => seen.push('aborted'))
              seen.push('running')
              await never.passed
            },
          },
        }),
      ],
    })
    await waitFor(() => expect(seen).toContain('running'))
    const task = () => runtime.getRuntimeSnapshot().tasks[0]
    expect(task()?.workers.active).toBe(1)
    unmount()
    await waitFor(() => expect(task()?.workers.active).toBe(0))
    expect(task()?.counts.succeeded).toBe(0)
    expect(task()?.counts.canceled).toBeGreaterThan(0)
    never.open()
    await macrotasks()
  })

  it('renders a hook as well', async () => {
    const { result, runtime } = await renderWithAtelier(() => useRuntime(), {
      render: (use: () => unknown, options: object) => renderHook(use, options),
      strict,
    })
    expect(result.current).toBe(runtime)
  })

  it('renders twice in StrictMode only', async () => {
    let renders = 0
    await renderWithAtelier(null, {
      render: (_ui: null, options: object) => renderHook(() => void renders++, options),
      strict,
    })
    expect(renders).toBe(strict ? 2 : 1)
  })
})

describe('renderWithAtelier', () => {
  const world = useWorld()

  it('lends a runtime of yours, which is yours to dispose of', async () => {
    const runtime = world.runtime()
    const task = world.task(handlers, { taskName: 'prices' })
    const { unmount } = await renderWithAtelier(<Total of={twoPrices} task={task} />, { render, runtime })
    await screen.findByText('success 30')
    unmount()
    await macrotasks()
    expect(world.live.size).toBe(1)
  })
})

describe('reactModes', () => {
  // What the compiler's first statement looks like in Babel's output, in Vitest, and bundled.
  it.each([
    ['function Total(t0) { const $ = _c(4); return $[0] }', true],
    ['function Total(t0) { const $ = (0, __vi_import_0__.c)(12); }', true],
    ['function Total(t0) { const $ = compilerRuntimeExports.c(4) }', true],
    ['function Total(t0) { const $2 = _c2(31) }', true],
    ['function Total({ of }) { const $ = calc(4); }', false],
    ['function Total({ of }) { return of.length }', false],
  ])('sees whether a component is compiled: %s', (text, compiled) => {
    const modes = reactModes(Object.assign(() => null, { toString: () => text }))
    expect(modes.map((mode) => mode.compiled)).toEqual([compiled, compiled])
    expect(modes.map((mode) => mode.name)).toEqual(
      compiled ? ['compiled', 'compiled, in StrictMode'] : ['plain', 'in StrictMode'],
    )
  })

  it('takes a suite without a component for plain', () => {
    expect(reactModes().map(({ compiled, strict }) => [compiled, strict])).toEqual([
      [false, false],
      [false, true],
    ])
  })
})
