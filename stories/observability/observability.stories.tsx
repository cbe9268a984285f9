/** What a runtime tells OpenTelemetry, the browser and its listeners, drawn live. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { onAPhone } from '../ui/on-a-phone.tsx'
import { MetricsStory } from './metrics-story.tsx'
import { SinksStory } from './sinks-story.tsx'

const meta = { title: 'Observability' } satisfies Meta

export default meta
type Story = StoryObj<typeof meta>

/** Real workers on a busy machine. */
const patient = { timeout: 15_000 }

export const LiveMetrics: Story = {
  render: () => <MetricsStory />,
  play: async ({ canvas }) => {
    const chart = (name: RegExp) => canvas.findByRole('img', { name }, patient)
    await chart(/^queue\.wait_ms: 0 values, no value yet/)
    await userEvent.click(canvas.getByRole('button', { name: 'Make 200 calls' }))
    // The queue has room for 40, and its figure includes a few that were sent ahead to the workers.
    await chart(/^queue\.pending: now \d+ calls in the queue, at most 4\d$/)
    await chart(/^queue\.blocked: now \d+ calls without room, at most 1\d\d$/)
    await chart(/^task\.success\.total: now 200 calls in all/)
    await chart(/^queue\.wait_ms: 200 values, mean/)
    await chart(/^task\.run_ms: 200 values, mean/)
    await chart(/^queue\.in_flight: now 0 calls at work/)
  },
}

export const ThreeSinks: Story = {
  render: () => <SinksStory />,
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Run' }))
    const verdict = await canvas.findByText(/^4 calls, the same ids in every sink/, {}, patient)
    // A file has microseconds, and a browser rounds its clock.
    const apart = Number(/([\d.]+) ms/.exec(verdict.textContent)?.[1])
    await expect(apart).toBeLessThan(0.1)
    for (const name of ['OpenTelemetry span', 'User Timing measure', 'Trace file']) {
      const sink = within(canvas.getByRole('region', { name }))
      await expect(sink.getByRole('img')).toHaveAccessibleName(`${name}: 4 spans`)
    }
    const calls = canvas.getAllByRole('rowheader').map((row) => row.textContent)
    await expect(calls.toSorted()).toEqual(['links', 'read', 'words', 'write'])
  },
}

export const LiveMetricsInTheDark: Story = {
  ...LiveMetrics,
  ...onAPhone,
  play: async (context) => {
    await LiveMetrics.play?.(context)
    await waitFor(() =>
      expect(context.canvasElement.querySelector('.page')?.scrollWidth).toBeLessThanOrEqual(320),
    )
  },
}

export const ThreeSinksInTheDark: Story = {
  ...ThreeSinks,
  ...onAPhone,
  play: async (context) => {
    await ThreeSinks.play?.(context)
    await expect(context.canvasElement.querySelector('.page')?.scrollWidth).toBeLessThanOrEqual(320)
  },
}
