/** The README's example, taken from the README, in a real browser with a real worker. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { createElement, type ComponentType } from 'react'
import { afterEach, beforeAll, afterAll, expect, it } from 'vitest'
import { commands } from 'vitest/browser'
import readme from '../../../README.md?raw'
import { codeBlocks } from '../../../scripts/docs/code-blocks.mjs'

/** Where Vite serves the example from, as files: out of sight of the linters, and of Git. */
const folder = 'node_modules/.readme-example'
const files = codeBlocks(readme).filter(({ file }) => file === 'primes.worker.ts' || file === 'app.tsx')

let App: ComponentType

beforeAll(async () => {
  expect(files.map(({ file }) => file)).toEqual(['primes.worker.ts', 'app.tsx'])
  for (const { file, code } of files) await commands.writeFile(`${folder}/${file}`, code)
  ;({ App } = (await import(/* @vite-ignore */ `/${folder}/app.tsx`)) as { App: ComponentType })
})

afterEach(cleanup)

afterAll(async () => {
  for (const { file } of files) await commands.removeFile(`${folder}/${file}`)
})

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
  await expect.poll(() => screen.queryByRole<HTMLProgressElement>('progressbar')?.value).toBeGreaterThan(0)
})

it('gives the result of the newest call, and the older one up', async () => {
  render(createElement(App))
  ask(20_000_000)
  await screen.findByRole('progressbar')
  ask(10)
  expect((await answer()).textContent).toBe('4')
})
