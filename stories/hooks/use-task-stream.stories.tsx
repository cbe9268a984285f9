/** `useTaskStream`, live: a generator in a worker that produces only as fast as the page takes. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useTaskStream } from 'atelier-react'
import { useState } from 'react'
import { expect, userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { numberIn, NumberField, Status } from './kit/parts.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

interface Args {
  /** Items that are kept, the newest. */
  readonly limit: number
}

function PrimesAbove({ limit }: Args) {
  const [text, setText] = useState('1,000,000,000')
  const [taken, setTaken] = useState(0)
  const stream = useTaskStream(primesTask, 'above', {
    limit,
    onItem: () => setTaken((count) => count + 1),
  })
  const start = numberIn(text)
  const isOpen = stream.status === 'queued' || stream.status === 'running'
  return (
    <div className="stack">
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault()
          if (start !== null) stream.run(start)
        }}
      >
        <NumberField label="The primes above" value={text} onChange={setText} />
        <button type="submit" className="primary" disabled={start === null}>
          Start
        </button>
        <button type="button" disabled={!isOpen} onClick={() => stream.abort()}>
          Stop
        </button>
      </form>
      <Status>{stream.status}</Status>
      <p>
        <b>{taken.toLocaleString('en')}</b> taken, of which the newest {stream.items.length} are kept
      </p>
      <ul className="chips">
        {stream.items.map((prime) => (
          <li key={prime}>{prime.toLocaleString('en')}</li>
        ))}
      </ul>
    </div>
  )
}

const meta = {
  title: 'Hooks/useTaskStream',
  args: { limit: 24 },
  argTypes: { limit: { control: { type: 'range', min: 1, max: 96 } } },
  render: ({ limit }) => (
    <HookStory
      hook="useTaskStream"
      lead="Returns the items of a generator method as they arrive, and renders at most once a frame. The generator below never ends: a button stops it, and so does leaving the page."
    >
      <PrimesAbove limit={limit} />
    </HookStory>
  ),
} satisfies Meta<Args>

export default meta
type Story = StoryObj<typeof meta>

// For the sidebar; `Tested` is the same page, and may end unmounted.
export const Default: Story = { tags: ['!test'] }

export const Tested: Story = {
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, canvasElement, step }) => {
    await step('items arrive until the stream is stopped', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
      await shows(canvasElement, 'the newest 24 are kept')
      await userEvent.click(canvas.getByRole('button', { name: 'Stop' }))
      await shows(canvasElement, 'canceled')
      await expect(canvas.getAllByRole('listitem').length).toBeGreaterThanOrEqual(24)
    })
    await step('so does an unmount', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
      await shows(canvasElement, 'running')
      await userEvent.click(canvas.getByRole('switch', { name: 'mounted' }))
      await figureIs(canvasElement, 'running', 0)
      await figureIs(canvasElement, 'canceled', 2)
    })
  },
}

export const InTheDark: Story = {
  tags: ['!dev', '!autodocs'],
  globals: { theme: 'dark' },
  play: async ({ canvas, canvasElement }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Start' }))
    await shows(canvasElement, 'the newest 24 are kept')
    await userEvent.click(canvas.getByRole('button', { name: 'Stop' }))
    await shows(canvasElement, 'canceled')
  },
}
