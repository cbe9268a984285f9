/** `useTaskEventValue`, live: the last payload of an event of the worker. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useTask, useTaskEventValue } from 'atelier-react'
import { userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { ledgerTask } from './kit/ledger-task.ts'
import { shows } from './kit/story-testing.ts'

function Balance() {
  const { entries, total } = useTaskEventValue(ledgerTask, 'changed', { entries: 0, total: 0 })
  return (
    <p>
      {entries} entries, {total} in all
    </p>
  )
}

function Form() {
  const { add } = useTask(ledgerTask)
  return (
    <div className="row">
      {[1, 10].map((amount) => (
        <button key={amount} type="button" onClick={() => void add(amount)}>
          Add {amount}
        </button>
      ))}
    </div>
  )
}

const meta = {
  title: 'Hooks/useTaskEventValue',
  render: () => (
    <HookStory
      hook="useTaskEventValue"
      lead="Returns the last payload of an event that the worker emits, whichever call caused it. It renders at most once a frame."
    >
      <Form />
      <Balance />
    </HookStory>
  ),
} satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

// For the sidebar; `Tested` is the same page, and may end unmounted.
export const Default: Story = { tags: ['!test'] }

export const Tested: Story = {
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, canvasElement }) => {
    await shows(canvasElement, '0 entries, 0 in all')
    await userEvent.click(canvas.getByRole('button', { name: 'Add 1' }))
    await userEvent.click(canvas.getByRole('button', { name: 'Add 10' }))
    await shows(canvasElement, '2 entries, 11 in all')
  },
}
