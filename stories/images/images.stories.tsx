/** Real photographs, and a file that is none. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, within } from 'storybook/test'
import { ImagesStory } from './images-story.tsx'
import { onAPhone } from '../ui/on-a-phone.tsx'

const meta = { title: 'Workflows/Images', component: ImagesStory } satisfies Meta<typeof ImagesStory>

export default meta
type Story = StoryObj<typeof meta>

/** Real workers on a busy machine. */
const patient = { timeout: 15_000 }

export const Photographs: Story = {
  play: async ({ canvas }) => {
    const run = canvas.getByRole('button', { name: 'Run' })
    // Two clicks while the photographs load are one run.
    await userEvent.click(run)
    await userEvent.click(run)
    await canvas.findByRole('button', { name: 'Run again' }, patient)
    const list = within(canvas.getByRole('list', { name: 'Photographs' }))
    for (const name of ['Acanthus', 'Allium']) {
      const [plain, blurred] = ['', ', blurred'].map((end) =>
        list.getByRole<HTMLCanvasElement>('img', { name: `${name}${end}` }),
      )
      await expect(Math.max(plain?.width ?? 0, plain?.height ?? 0)).toBe(480)
      await expect(blurred?.width).toBe(plain?.width)
      const colours = list.getByRole('img', { name: new RegExp(`^Colours of ${name}`) })
      await expect(colours.children).toHaveLength(6)
    }
    await canvas.findByRole('img', { name: /6 calls, 6 succeeded/ }, patient)
  },
}

/** On a phone, in the other theme: a file that is no picture says so. */
export const OwnFile: Story = {
  ...onAPhone,
  play: async ({ canvas, canvasElement }) => {
    const file = new File(['no picture'], 'letter.png', { type: 'image/png' })
    await userEvent.upload(canvas.getByLabelText(/drop your own/), file)
    await canvas.findByText('letter.png', {}, patient)
    await expect(canvas.getByRole('list', { name: 'Photographs' })).toHaveTextContent(/could not be decoded/)
    await expect(canvasElement.querySelector('.page')?.scrollWidth).toBeLessThanOrEqual(320)
  },
}
