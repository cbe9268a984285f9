/** `useTaskCall`, live: a call with progress, an abort, an error, and what an unmount does to it. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { type CallMode, useTaskCall } from 'atelier-react'
import { useState } from 'react'
import { expect, userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { numberIn, NumberField, Status } from './kit/parts.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

interface Args {
  /** What a second call does while the first is open. */
  readonly mode: CallMode
}

const modes: readonly CallMode[] = ['latest', 'serial', 'parallel', 'drop-latest', 'keep-last']

function CountPrimes({ mode }: Args) {
  const [text, setText] = useState('3,000,000')
  const call = useTaskCall(primesTask, 'count', { mode })
  const limit = numberIn(text)
  const isOpen = call.status === 'queued' || call.status === 'running'
  return (
    <div className="stack">
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault()
          if (limit !== null) call.run(limit)
        }}
      >
        <NumberField label="Count the primes below" value={text} onChange={setText} />
        <button type="submit" className="primary" disabled={limit === null}>
          Count
        </button>
        <button type="button" disabled={!isOpen} onClick={() => call.abort('the Cancel button')}>
          Cancel
        </button>
        <button type="button" disabled={call.status === 'idle'} onClick={call.reset}>
          Reset
        </button>
      </form>
      <Status>{call.status}</Status>
      {isOpen && (
        <progress aria-label="How far it is" value={typeof call.progress === 'number' ? call.progress : 0} />
      )}
      {call.data !== undefined && (
        <p className={isOpen ? 'result old' : 'result'}>{call.data.toLocaleString('en')} primes</p>
      )}
      {call.status === 'canceled' && <p className="soft">Aborted by {String(call.reason)}</p>}
      {call.status === 'error' && (
        <p role="alert" className="alert">
          {call.error.message}
        </p>
      )}
    </div>
  )
}

const meta = {
  title: 'Hooks/useTaskCall',
  args: { mode: 'latest' },
  argTypes: { mode: { control: 'inline-radio', options: modes } },
  render: ({ mode }) => (
    <HookStory
      hook="useTaskCall"
      lead="Calls one method from event handlers, and returns the state of the last call. Unmount or hide the component in the middle of a call, and the handler stops."
    >
      <CountPrimes mode={mode} />
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
    const count = canvas.getByRole('button', { name: 'Count' })
    const limit = canvas.getByLabelText('Count the primes below')
    await step('nothing runs before the first call', async () => {
      await shows(canvasElement, 'idle')
      await figureIs(canvasElement, 'workers', 0)
    })
    await step('a call succeeds', async () => {
      await userEvent.clear(limit)
      await userEvent.type(limit, '100000')
      await userEvent.click(count)
      await shows(canvasElement, '9,592 primes')
    })
    await step('Cancel aborts the next one; the last result stays', async () => {
      await userEvent.clear(limit)
      await userEvent.type(limit, '900000000')
      await userEvent.click(count)
      await canvas.findByRole('progressbar')
      await userEvent.click(canvas.getByRole('button', { name: 'Cancel' }))
      await shows(canvasElement, 'Aborted by the Cancel button')
      await shows(canvasElement, '9,592 primes')
    })
    await step('an unmount in the middle of a call stops the worker’s work', async () => {
      await userEvent.click(count)
      await canvas.findByRole('progressbar')
      await userEvent.click(canvas.getByRole('switch', { name: 'mounted' }))
      await shows(canvasElement, 'Not mounted')
      await figureIs(canvasElement, 'running', 0)
      await figureIs(canvasElement, 'canceled', 2)
    })
  },
}

export const StrictMode: Story = {
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, canvasElement }) => {
    await userEvent.click(canvas.getByRole('switch', { name: 'in StrictMode' }))
    const limit = canvas.getByLabelText('Count the primes below')
    await userEvent.clear(limit)
    await userEvent.type(limit, '100{Enter}')
    await shows(canvasElement, '25 primes')
    await figureIs(canvasElement, 'succeeded', 1)
  },
}

/** The second call of two wins, however long the first would have taken. */
export const Race: Story = {
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, canvasElement }) => {
    const limit = canvas.getByLabelText('Count the primes below')
    await userEvent.clear(limit)
    await userEvent.type(limit, '900000000{Enter}')
    await canvas.findByRole('progressbar')
    await userEvent.clear(limit)
    await userEvent.type(limit, '100000{Enter}')
    await shows(canvasElement, '9,592 primes')
    await figureIs(canvasElement, 'canceled', 1)
    await figureIs(canvasElement, 'succeeded', 1)
  },
}

/** With the mode `serial`, so that both are shown. */
export const Queued: Story = {
  args: { mode: 'serial' },
  tags: ['!dev', '!autodocs'],
  globals: { theme: 'dark' },
  play: async ({ canvas, canvasElement }) => {
    const count = canvas.getByRole('button', { name: 'Count' })
    const limit = canvas.getByLabelText('Count the primes below')
    await userEvent.clear(limit)
    await userEvent.type(limit, '200000')
    await userEvent.click(count)
    await userEvent.click(count)
    await figureIs(canvasElement, 'succeeded', 2)
    await expect(canvas.getByText('17,984 primes')).toBeVisible()
  },
}
