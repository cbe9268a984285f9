/** The types of `renderWithAtelier` and `reactModes`: what Testing Library gives stays known. */
import { render, renderHook, type RenderHookResult, type RenderResult } from '@testing-library/react'
import { type TaskRuntime, taskOptions, useRuntime } from 'atelier-react'
import {
  type AtelierRendered,
  type ReactMode,
  fakeTask,
  reactModes,
  renderWithAtelier,
} from 'atelier-react/testing'
import { expectTypeOf, it } from 'vitest'

const Part = ({ text }: { text: string }) => <i>{text}</i>
const handlers = { total: (prices: number[]) => prices.length }
const prices = taskOptions<typeof handlers>({ type: 'parallel', worker: () => new Worker('x') })

it('renderWithAtelier gives what render gives, and the runtime', () => {
  expectTypeOf(renderWithAtelier(<Part text="a" />, { render })).resolves.toEqualTypeOf<
    RenderResult & AtelierRendered
  >()
  expectTypeOf(
    renderWithAtelier(useRuntime, {
      render: (use: () => TaskRuntime, options: object) => renderHook(use, options),
    }),
  ).resolves.toEqualTypeOf<RenderHookResult<TaskRuntime, unknown> & AtelierRendered>()
  void renderWithAtelier(<Part text="a" />, {
    render,
    strict: true,
    fakes: [fakeTask(prices, { handlers, latencyMs: 5 }), fakeTask(prices, () => new Worker('x'))],
  })
  // @ts-expect-error -- what renders is not imported for you
  void renderWithAtelier(<Part text="a" />, {})
  fakeTask(prices, { handlers: { total: async ([price = 0]) => price } })
  // @ts-expect-error -- handlers are functions
  fakeTask(prices, { handlers: { total: 1 } })
  // @ts-expect-error -- no such method
  fakeTask(prices, { handlers: { sum: () => 1 } })
  // @ts-expect-error -- the argument is a list of prices
  fakeTask(prices, { handlers: { total: (price: string) => price } })
  // @ts-expect-error -- nothing that Testing Library could render
  void renderWithAtelier({ not: 'an element' }, { render })
})

it('reactModes takes components and hooks', () => {
  expectTypeOf(reactModes(Part)).toEqualTypeOf<readonly ReactMode[]>()
  reactModes()
  reactModes(useRuntime)
  // @ts-expect-error -- an element is no component
  reactModes(<Part text="a" />)
})
