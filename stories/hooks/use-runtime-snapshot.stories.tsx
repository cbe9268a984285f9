/** `useRuntimeSnapshot`, live: the state of the runtime, and how seldom it renders. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useRuntimeSnapshot, useTask } from 'atelier-react'
import { expect, userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { Renders } from './kit/parts.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs } from './kit/story-testing.ts'

const CALLS = 10_000

function Succeeded() {
  const succeeded = useRuntimeSnapshot(({ tasks }) =>
    tasks.reduce((sum, { counts }) => sum + counts.succeeded, 0),
  )
  return (
    <div>
      <p className="result">{succeeded.toLocaleString('en')} calls succeeded</p>
      <Renders>Renders, at most one a frame:</Renders>
    </div>
  )
}

function Failed() {
  const failed = useRuntimeSnapshot(({ tasks }) => tasks.reduce((sum, { counts }) => sum + counts.failed, 0))
  return (
    <div>
      <p className="result">{failed} failed</p>
      <Renders>Renders, none of them for the others:</Renders>
    </div>
  )
}

function Flood() {
  const primes = useTask(primesTask)
  const flood = () => Promise.all(Array.from({ length: CALLS }, (_, i) => primes.factors(i + 2)))
  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="primary" onClick={() => void flood()}>
          {CALLS.toLocaleString('en')} calls
        </button>
      </div>
      <Succeeded />
      <Failed />
    </div>
  )
}

const meta = {
  title: 'Hooks/useRuntimeSnapshot',
  render: () => (
    <HookStory
      hook="useRuntimeSnapshot"
      lead="Returns the state of all tasks, or the part that a selector returns. A component renders when its selection has changed, at most once a frame."
    >
      <Flood />
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
    await userEvent.click(canvas.getByRole('button', { name: '10,000 calls' }))
    await figureIs(canvasElement, 'succeeded', CALLS)
    const [succeeded, failed] = [...canvasElement.querySelectorAll('[data-renders]')].map((count) =>
      Number(count.textContent),
    )
    await expect(succeeded).toBeLessThan(CALLS / 10)
    // Twice at most: when its task was defined.
    await expect(failed).toBeLessThanOrEqual(2)
  },
}
