/** What the runtime does with calls, drawn from its events: one picture for each of its promises. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor } from 'storybook/test'
import { RuntimeStory } from './runtime-story.tsx'
import {
  block,
  crash,
  dropLatest,
  dropOldest,
  endless,
  latest,
  priorities,
  reject,
  type Scenario,
  serial,
  stream,
  transfers,
} from './scenarios.ts'
import { onAPhone } from '../ui/on-a-phone.tsx'

const meta = {
  title: 'Runtime',
  component: RuntimeStory,
  argTypes: { scenario: { control: false } },
} satisfies Meta<typeof RuntimeStory>

export default meta
type Story = StoryObj<typeof meta>

/** Real workers on a busy machine. */
const patient = { timeout: 15_000 }

/** Runs it, and waits until it says all of this. */
function picture(scenario: Scenario, ...facts: readonly RegExp[]): Story {
  return {
    args: { scenario },
    play: async ({ canvas }) => {
      await userEvent.click(canvas.getByRole('button', { name: 'Run' }))
      await canvas.findByRole('button', { name: 'Run again' }, patient)
      const said = canvas.getByRole('list', { name: 'What came of the calls' })
      for (const fact of facts) await expect(said).toHaveTextContent(fact)
      await waitFor(() => expect(canvas.getByRole('img')).toHaveAccessibleName(/\d+ calls?/))
    },
  }
}

export const Block = picture(block, /^8 × ok$/)
export const Reject = picture(reject, /4 × ok4 × QueueFullError/)
export const DropOldest = picture(dropOldest, /4 × ok/)
export const DropLatest = picture(dropLatest, /4 × ok/)
export const Priorities = picture(priorities, /: low 1, high, low 2, low 3$/)
export const LatestOfAKey = picture(latest, /2 × AbortError2 × ok/)
export const OneAfterAnother = picture(serial, /^4 × ok$/)
export const CrashAndRecovery = picture(crash, /^4 × ok$/)
export const EndlessLoop = picture(endless, /1 × AbortError2 × ok/)
export const Streams = picture(stream, /20 items, in order: yes/)
export const Transfers = picture(transfers, /still here: 64,000,000 bytes/, /gone from here: 0 bytes/)

export const RejectInTheDark: Story = {
  ...Reject,
  ...onAPhone,
  play: async (context) => {
    await Reject.play?.(context)
    const times = [...context.canvasElement.querySelectorAll('.lane-axis span')]
      .map((time) => time.getBoundingClientRect())
      .filter(({ width }) => width > 0)
    await expect(times.length).toBeGreaterThan(1)
    for (const [index, { left }] of times.slice(1).entries())
      await expect(left).toBeGreaterThanOrEqual(times[index]?.right ?? 0)
  },
}
export const CrashInTheDark: Story = { ...CrashAndRecovery, ...onAPhone }
export const EndlessInTheDark: Story = { ...EndlessLoop, ...onAPhone }
