/** Many calls at once: none is lost, and the page keeps painting. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor } from 'storybook/test'
import { StressStory } from './stress-story.tsx'
import { onAPhone } from '../ui/on-a-phone.tsx'

const meta = {
  title: 'Stress',
  component: StressStory,
  args: { calls: 10_000 },
  argTypes: { calls: { control: { type: 'range', min: 100, max: 50_000, step: 100 } } },
} satisfies Meta<typeof StressStory>

export default meta
type Story = StoryObj<typeof meta>

export const TenThousandCalls: Story = {
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Run' }))
    await canvas.findByRole('button', { name: 'Run again' }, { timeout: 60_000 })
    await expect(canvas.getByText('right answers').nextSibling).toHaveTextContent(/^10,000$/)
    await waitFor(() =>
      expect(canvas.getByText('longest frame').nextSibling).toHaveTextContent(/^[\d,]+ ms$/),
    )
  },
}

/** On a phone, in the other theme. */
export const InTheDark: Story = {
  ...onAPhone,
  args: { calls: 500 },
  play: async ({ canvas, canvasElement }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Run' }))
    await canvas.findByRole('button', { name: 'Run again' }, { timeout: 60_000 })
    await expect(canvas.getByText('right answers').nextSibling).toHaveTextContent(/^500$/)
    await expect(canvasElement.querySelector('.page')?.scrollWidth).toBeLessThanOrEqual(320)
  },
}
