/** The README's example, taken from the README, in a real browser with a real worker. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { type ComponentType, createElement } from 'react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import readme from '../../../README.md?raw'
import { writeExamples } from './example-files.ts'

let App: ComponentType

beforeAll(async () => {
  const { load } = await writeExamples('readme', readme)
  App = (await load('app.tsx'))['App'] as ComponentType
})

afterEach(cleanup)

const ask = (below: number) =>
  fireEvent.change(screen.getByRole('spinbutton'), { target: { value: String(below) } })
const answer = () => screen.findByRole('status', {}, { timeout: 10_000 })

it('counts in a worker, and shows the result', async () => {
  render(createElement(App))
  ask(100_000)
  expect((await answer()).textContent).toBe('9592')
})

it('shows how far it has come', async () => {
  render(createElement(App))
  ask(20_000_000)
  const share = () => screen.queryByRole<HTMLProgressElement>('progressbar')?.value
  await expect.poll(share, { timeout: 10_000 }).toBeGreaterThan(0)
})

it('gives the result of the newest call, and the older one up', async () => {
  render(createElement(App))
  ask(20_000_000)
  await screen.findByRole('progressbar', {}, { timeout: 10_000 })
  ask(10)
  expect((await answer()).textContent).toBe('4')
})
