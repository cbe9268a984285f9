/** One engine for all tabs, live: two pages share a worker, and the one takes over from the other. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { TabsStory } from './tabs-story.tsx'

const meta = {
  title: 'Runtime/Tabs',
  component: TabsStory,
  argTypes: { globals: { control: false } },
} satisfies Meta<typeof TabsStory>

export default meta
type Story = StoryObj<typeof meta>

export const OneEngine: Story = { tags: ['!test'] }

/** Real workers on a busy machine. */
const patient = { timeout: 15_000 }
// The test runner replaces import() in every file that it serves, those of the frames included.
const RUNNER = '__vitest_browser_runner__'

export const TakeOver: Story = {
  tags: ['!dev', '!autodocs'],
  args: { globals: () => ({ [RUNNER]: Reflect.get(globalThis, RUNNER) as unknown }) },
  play: async ({ canvas }) => {
    const tabs = ['Tab A', 'Tab B'].map((name) => within(canvas.getByRole('region', { name })))
    const of = (role: string) => tabs.find((tab) => tab.queryByText(role) !== null)
    await waitFor(() => expect([of('Host'), of('Guest')]).not.toContain(undefined), patient)
    const [host, guest] = [of('Host'), of('Guest')] as [(typeof tabs)[number], (typeof tabs)[number]]
    const sumOf = (tab: typeof host) => Number(tab.getByText(/^\d+$/).textContent)
    await waitFor(() => expect(sumOf(guest)).toBe(sumOf(host)), patient)
    const before = sumOf(host)
    await userEvent.click(guest.getByRole('button', { name: 'Add 1' }))
    await waitFor(() => expect([sumOf(host), sumOf(guest)]).toEqual([before + 1, before + 1]), patient)
    await userEvent.click(host.getByRole('button', { name: 'Close' }))
    await waitFor(() => expect(guest.getByText('Host')).toBeVisible(), patient)
    await userEvent.click(guest.getByRole('button', { name: 'Add 1' }))
    await waitFor(() => expect(sumOf(guest)).toBe(before + 2), patient)
  },
}
