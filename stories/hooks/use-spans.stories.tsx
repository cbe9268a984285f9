/** `useSpans`, live: the calls that have settled lately, as a table. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useSpans, useTask } from 'atelier-react'
import { expect, userEvent, waitFor } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

interface Args {
  /** Spans that are kept, the newest. */
  readonly limit: number
}

function Spans({ limit }: Args) {
  const primes = useTask(primesTask)
  const spans = useSpans({ limit })
  const few = () =>
    Promise.allSettled([20, 200_000, 100_000, -1].map((n) => (n < 0 ? primes.factors(n) : primes.count(n))))
  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="primary" onClick={() => void few()}>
          Four calls
        </button>
      </div>
      {spans.length === 0 ? (
        <p className="soft">No call has settled since the component mounted.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>method</th>
              <th>outcome</th>
              <th className="number">waited</th>
              <th className="number">ran</th>
            </tr>
          </thead>
          <tbody>
            {spans.map((span) => (
              <tr key={span.spanId}>
                <td>{span.method}</td>
                <td>{span.outcome}</td>
                <td className="number">{milliseconds(span.queueWaitMs)}</td>
                <td className="number">{milliseconds(span.runMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '–' : `${value.toFixed(1)} ms`
}

const meta = {
  title: 'Hooks/useSpans',
  args: { limit: 5 },
  argTypes: { limit: { control: { type: 'range', min: 1, max: 20 } } },
  render: ({ limit }) => (
    <HookStory
      hook="useSpans"
      lead="Returns the last calls that have settled since the mount, of all traces or of one. It renders at most once a frame."
    >
      <Spans limit={limit} />
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
    const button = canvas.getByRole('button', { name: 'Four calls' })
    await step('each settled call is a row', async () => {
      await userEvent.click(button)
      await figureIs(canvasElement, 'succeeded', 3)
      await waitFor(() => expect(canvasElement.querySelectorAll('tbody tr')).toHaveLength(4))
    })
    await step('the newest are kept', async () => {
      await userEvent.click(button)
      await figureIs(canvasElement, 'succeeded', 6)
      await waitFor(() => expect(canvasElement.querySelectorAll('tbody tr')).toHaveLength(5))
    })
    await step('mounted again it starts over', async () => {
      const mounted = canvas.getByRole('switch', { name: 'mounted' })
      await userEvent.click(mounted)
      await userEvent.click(mounted)
      await shows(canvasElement, 'No call has settled')
    })
  },
}

export const InTheDark: Story = {
  tags: ['!dev', '!autodocs'],
  globals: { theme: 'dark' },
  play: async ({ canvas, canvasElement }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Four calls' }))
    await figureIs(canvasElement, 'succeeded', 3)
  },
}
