/** The page that Storybook opens on. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, within } from 'storybook/test'
import { StartStory } from './start-story.tsx'
import { onAPhone } from '../ui/on-a-phone.tsx'

const meta = { title: 'Start', component: StartStory, tags: ['!autodocs'] } satisfies Meta<typeof StartStory>

export default meta
type Story = StoryObj<typeof meta>

/** Real workers on a busy machine. */
const patient = { timeout: 15_000 }

export const Start: Story = {
  play: async ({ canvas }) => {
    const half = within(canvas.getByRole('region', { name: 'On two workers' }))
    await userEvent.click(half.getByRole('button', { name: 'Run' }))
    await half.findByRole('button', { name: 'Run again' }, patient)
    await half.findByRole('img', { name: /12 calls, 12 succeeded/ }, patient)
  },
}

/** The other theme, on a phone: both halves run, and the page stands still in one of them. */
export const BothHalves: Story = {
  ...onAPhone,
  play: async ({ canvas, canvasElement }) => {
    for (const name of ['On two workers', 'On the main thread']) {
      const half = within(canvas.getByRole('region', { name }))
      await userEvent.click(half.getByRole('button', { name: 'Run' }))
      await half.findByRole('button', { name: 'Run again' }, patient)
      await half.findByRole('img', { name: /12 calls, 12 succeeded/ }, patient)
    }
    const page = within(canvas.getByRole('region', { name: 'On the main thread' }))
    const longest = Number(/([\d,]+) ms/.exec(page.getByText(/^Longest frame/).textContent)?.[1])
    await expect(longest).toBeGreaterThan(500)
    await expect(canvasElement.querySelector('.page')?.scrollWidth).toBeLessThanOrEqual(320)
    // What the links lead to is there.
    await expect(canvas.getAllByRole('link')).toHaveLength(7)
  },
}
