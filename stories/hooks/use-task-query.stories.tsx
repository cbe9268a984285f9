/** `useTaskQuery`, live: a result that belongs to what was typed. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { skipToken, useTaskQuery, keepPrevious, taskQuery } from 'atelier-react'
import { useState } from 'react'
import { userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { numberIn, NumberField, Status } from './kit/parts.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

interface Args {
  /** Show the last result until the next one is there. */
  readonly keeps: boolean
}

function FactorsOf({ keeps }: Args) {
  const [text, setText] = useState('9,007,195,909,437,503')
  const n = numberIn(text)
  const query = useTaskQuery(n === null ? skipToken : taskQuery(primesTask, 'factors', n), {
    placeholderData: keeps ? keepPrevious : undefined,
  })
  return (
    <div className="stack">
      <div className="row">
        <NumberField label="The prime factors of" value={text} onChange={setText} />
        <button type="button" disabled={n === null} onClick={() => void query.refetch()}>
          Refetch
        </button>
      </div>
      <Status>{query.status}</Status>
      {query.data && (
        <p className={query.isPlaceholderData ? 'result old' : 'result'}>{query.data.join(' × ')}</p>
      )}
      {query.status === 'error' && (
        <p role="alert" className="alert">
          {query.error.message}
        </p>
      )}
      {query.status === 'idle' && (
        <p className="soft">Type a whole number. Without one, the hook calls nothing.</p>
      )}
    </div>
  )
}

const meta = {
  title: 'Hooks/useTaskQuery',
  args: { keeps: true },
  render: ({ keeps }) => (
    <HookStory
      hook="useTaskQuery"
      lead="Returns the result for these arguments. It calls when the component has mounted, and again when the arguments change. The previous call is aborted."
    >
      <FactorsOf keeps={keeps} />
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
    const field = canvas.getByLabelText('The prime factors of')
    await step('is called when it has mounted', async () => {
      await shows(canvasElement, 'success')
      await figureIs(canvasElement, 'succeeded', 1)
    })
    await step('other arguments are another call', async () => {
      await userEvent.clear(field)
      await shows(canvasElement, 'idle')
      await userEvent.type(field, '360')
      await shows(canvasElement, '2 × 2 × 2 × 3 × 3 × 5')
    })
    await step('a failure is a state', async () => {
      await userEvent.clear(field)
      await userEvent.type(field, '1')
      await shows(canvasElement, '1 has no prime factors')
    })
  },
}

export const Hidden: Story = {
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, canvasElement }) => {
    await shows(canvasElement, 'success')
    const visible = canvas.getByRole('switch', { name: 'visible' })
    await userEvent.click(visible)
    await shows(canvasElement, 'Hidden')
    await userEvent.click(visible)
    await shows(canvasElement, 'success')
  },
}
