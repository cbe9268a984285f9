/** `useTaskMap`, live: one method over many items, each with its state. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useTaskMap } from 'atelier-react'
import { userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { primesTask } from './kit/primes-task.ts'
import { shows } from './kit/story-testing.ts'

const limits = [50_000, 100_000, 150_000, 200_000]

interface Args {
  /** Items under way at once. */
  readonly maxInFlight: number
}

function Batch({ maxInFlight }: Args) {
  const { items, progress, isRunning, run, abort } = useTaskMap(primesTask, 'count', limits, {
    maxInFlight,
  })
  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="primary" onClick={run}>
          Run
        </button>
        <button type="button" disabled={!isRunning} onClick={() => abort()}>
          Abort all
        </button>
      </div>
      <progress aria-label="All" value={progress} />
      <table>
        <tbody>
          {items.map(({ item, status, data }) => (
            <tr key={item}>
              <th scope="row">below {item}</th>
              <td>{status === 'success' ? `${data} primes` : status}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const meta = {
  title: 'Hooks/useTaskMap',
  args: { maxInFlight: 4 },
  argTypes: { maxInFlight: { control: { type: 'range', min: 1, max: 4 } } },
  render: ({ maxInFlight }) => (
    <HookStory
      hook="useTaskMap"
      lead="Calls a method once for each item of a list. Each item has its state and progress, and the component renders once a frame."
    >
      <Batch maxInFlight={maxInFlight} />
    </HookStory>
  ),
} satisfies Meta<Args>

export default meta
type Story = StoryObj<typeof meta>

// For the sidebar; `Tested` is the same page, and may end unmounted.
export const Default: Story = { tags: ['!test'] }

export const Tested: Story = {
  tags: ['!dev', '!autodocs'],
  play: async ({ canvas, canvasElement }) => {
    await shows(canvasElement, 'below 50000idle')
    await userEvent.click(canvas.getByRole('button', { name: 'Run' }))
    await shows(canvasElement, 'below 500005133 primes')
    await shows(canvasElement, 'below 20000017984 primes')
  },
}
