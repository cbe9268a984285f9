/** Components in jsdom, which has no `Worker`: their tasks run in process, by the fallback that their options name. */
import { fireEvent, render, screen } from '@testing-library/react'
import { AtelierProvider, taskOptions, useTaskCall } from 'atelier-react'
import { withInProcessFallback } from 'atelier-react/in-process'
import { expectNoLiveWorkers } from 'atelier-react/testing'
import { afterEach, expect, it, vi } from 'vitest'

const handlers = {
  total: (prices: readonly number[]) => prices.reduce((sum, price) => sum + price, 0),
}

const prices = taskOptions<typeof handlers>({
  taskName: 'prices',
  type: 'parallel',
  worker: withInProcessFallback(
    () => new Worker(new URL('./prices.worker.ts', import.meta.url), { type: 'module' }),
    { handlers: () => Promise.resolve(handlers) },
  ),
})

function Total() {
  const total = useTaskCall(prices, 'total')
  return (
    <>
      <button onClick={() => total.run([10, 20])}>Add up</button>
      {total.status === 'success' && <output>{total.data}</output>}
    </>
  )
}

afterEach(() => vi.waitFor(() => expectNoLiveWorkers()))

it('call their tasks, and leave no worker', async () => {
  expect(typeof Worker).toBe('undefined')
  const { unmount } = render(
    <AtelierProvider graceMs={0}>
      <Total />
    </AtelierProvider>,
  )
  fireEvent.click(screen.getByRole('button'))
  expect((await screen.findByRole('status')).textContent).toBe('30')
  expect(() => expectNoLiveWorkers()).toThrow(/^1 worker is still alive: prices #0/)
  unmount()
})
