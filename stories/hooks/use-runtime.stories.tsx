/** `useRuntime`, live: what reaches over all tasks of the provider. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useRuntime, useTask } from 'atelier-react'
import { useState } from 'react'
import { userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

const documents = ['report', 'letter']

function AbortByKey() {
  const runtime = useRuntime()
  const primes = useTask(primesTask)
  const [ends, setEnds] = useState<readonly string[]>([])
  const say = (text: string) => setEnds((before) => [text, ...before].slice(0, 4))

  function work(key: string) {
    primes
      .with({ key })
      .count(900_000_000)
      .then(
        (count) => say(`${key}: ${count}`),
        (error: Error) => say(`${key}: ${error.name}`),
      )
  }

  return (
    <div className="stack">
      <p className="soft">
        Each call has the key of its document. An abort by key reaches every task of the runtime.
      </p>
      {documents.map((key) => (
        <div key={key} className="row">
          <button type="button" className="primary" onClick={() => work(key)}>
            Work on the {key}
          </button>
          <button type="button" onClick={() => runtime.abort({ key }, 'closed')}>
            Close the {key}
          </button>
        </div>
      ))}
      <ul className="chips" aria-label="How the calls ended">
        {ends.map((text, index) => (
          <li key={index}>{text}</li>
        ))}
      </ul>
    </div>
  )
}

const meta = {
  title: 'Hooks/useRuntime',
  render: () => (
    <HookStory
      hook="useRuntime"
      lead="Returns the runtime of the nearest provider, to abort by key, to trace, to listen to events, and to read the snapshot at this instant."
    >
      <AbortByKey />
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
    await userEvent.click(canvas.getByRole('button', { name: 'Work on the report' }))
    await userEvent.click(canvas.getByRole('button', { name: 'Work on the letter' }))
    await figureIs(canvasElement, 'running', 2)
    await userEvent.click(canvas.getByRole('button', { name: 'Close the report' }))
    await shows(canvasElement, 'report: AbortError')
    await figureIs(canvasElement, 'running', 1)
    await userEvent.click(canvas.getByRole('button', { name: 'Close the letter' }))
    await figureIs(canvasElement, 'canceled', 2)
  },
}
