/** The README's example, taken from the README, in a real browser with a real worker. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { type ComponentType, createElement } from 'react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { codeBlocks } from '../../../scripts/docs/code-blocks.mjs'
import readme from '../../../README.md?raw'
import { writeExamples } from './example-files.ts'

let App: ComponentType

beforeAll(async () => {
  const { load } = await writeExamples('readme', readme)
  App = (await load('app.tsx'))['App'] as ComponentType
})

afterEach(cleanup)

const button = () => screen.getByRole('button')
const shown = (text: RegExp) => screen.findByText(text, {}, { timeout: 30_000 })

it('has 20 lines of code', () => {
  const [worker, app] = codeBlocks(readme)
  const lines = `${worker?.code}\n${app?.code}`.split('\n')
  expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('// file:'))).toHaveLength(20)
})

it('checks in a worker, and shows the result', async () => {
  render(createElement(App))
  fireEvent.click(button())
  await shown(/running/)
  expect((await shown(/success/)).textContent).toMatch(/success true$/)
})

it('gives the result of the newest call', async () => {
  render(createElement(App))
  fireEvent.click(button())
  await shown(/running/)
  fireEvent.click(button())
  expect((await shown(/success/)).textContent).toMatch(/success true$/)
})
