/** `useTaskSnapshot`, live: one task's queue and workers. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useTask, useTaskSnapshot } from 'atelier-react'
import { userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

function Queue() {
  const task = useTaskSnapshot(primesTask)
  return (
    <table>
      <tbody>
        <tr>
          <th scope="row">status</th>
          <td>{task.status}</td>
        </tr>
        <tr>
          <th scope="row">in flight</th>
          <td>
            {task.queue.inFlight} of {task.queue.maxInFlight}
          </td>
        </tr>
        <tr>
          <th scope="row">waiting</th>
          <td>{task.queue.pending}</td>
        </tr>
        {task.workers.list.map((worker) => (
          <tr key={worker.index}>
            <th scope="row">worker {worker.index}</th>
            <td>{worker.inFlight > 0 ? 'at work' : 'free'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Controls() {
  const primes = useTask(primesTask)
  const isPaused = useTaskSnapshot(primesTask, ({ status }) => status === 'stopped')
  const ten = () => Promise.allSettled(Array.from({ length: 10 }, () => primes.count(300_000)))
  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="primary" onClick={() => void ten()}>
          Ten calls
        </button>
        <button type="button" onClick={() => (isPaused ? primes.control.start() : primes.control.stop())}>
          {isPaused ? 'Start the workers' : 'Stop the workers'}
        </button>
      </div>
      <Queue />
    </div>
  )
}

const meta = {
  title: 'Hooks/useTaskSnapshot',
  render: () => (
    <HookStory
      hook="useTaskSnapshot"
      lead="Returns the state of one task: its queue, its workers, its counts. Changes of other tasks do not render it."
    >
      <Controls />
    </HookStory>
  ),
} satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

// For the sidebar; `Tested` is the same page, and may end unmounted.
export const Default: Story = { tags: ['!test'] }

export const Tested: Story = {
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, canvasElement, step }) => {
    await step('stopped, calls wait', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Stop the workers' }))
      await shows(canvasElement, 'stopped')
      await userEvent.click(canvas.getByRole('button', { name: 'Ten calls' }))
      await figureIs(canvasElement, 'waiting', 10)
    })
    await step('started, they run', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Start the workers' }))
      await figureIs(canvasElement, 'succeeded', 10)
    })
  },
}
