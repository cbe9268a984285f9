/** `useTaskEvent`, live: a function is called with what the worker emits. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useTask, useTaskEvent } from 'atelier-react'
import { useRef } from 'react'
import { expect, userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { ledgerTask } from './kit/ledger-task.ts'
import { Renders } from './kit/parts.tsx'
import { shows } from './kit/story-testing.ts'

function Journal() {
  const lines = useRef<HTMLOListElement>(null)
  const { add } = useTask(ledgerTask)
  useTaskEvent(ledgerTask, 'changed', ({ entries, total }) => {
    const line = document.createElement('li')
    line.textContent = `entry ${entries}, ${total} in all`
    lines.current?.prepend(line)
  })
  return (
    <div className="stack">
      <button type="button" className="primary" onClick={() => void add(5)}>
        Add 5
      </button>
      <Renders>Renders of this component:</Renders>
      <ol ref={lines} className="log" aria-label="Journal" />
    </div>
  )
}

const meta = {
  title: 'Hooks/useTaskEvent',
  render: () => (
    <HookStory
      hook="useTaskEvent"
      lead="Calls a function with each event that the workers of a task emit, and never renders. While it is hidden, it receives nothing."
    >
      <Journal />
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
    await userEvent.click(canvas.getByRole('button', { name: 'Add 5' }))
    await shows(canvasElement, 'entry 1, 5 in all')
    await userEvent.click(canvas.getByRole('button', { name: 'Add 5' }))
    await shows(canvasElement, 'entry 2, 10 in all')
    await expect(canvasElement.querySelector('[data-renders]')).toHaveTextContent('1')
  },
}
