/** What React may do to a component, and what its calls and workers do then. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor } from 'storybook/test'
import { onAPhone } from '../ui/on-a-phone.tsx'
import { LifecycleStory } from './lifecycle-story.tsx'
import { Asking, Calling } from './subjects.tsx'

const meta = {
  title: 'Lifecycle lab',
  component: LifecycleStory,
  argTypes: { subject: { control: false }, isStrict: { control: 'boolean' } },
} satisfies Meta<typeof LifecycleStory>

export default meta
type Story = StoryObj<typeof meta>
type Canvas = Parameters<NonNullable<Story['play']>>[0]['canvas']

/** Real workers on a busy machine. */
const patient = { timeout: 15_000 }

/** Longer than anybody looks at the page. */
const LONG_MS = 600_000

const linesOf = (canvas: Canvas) => canvas.getAllByRole('listitem').map((line) => line.textContent)

async function mount(canvas: Canvas): Promise<void> {
  await userEvent.click(canvas.getByRole('switch', { name: 'mounted' }))
}

export const StrictMode: Story = {
  args: {
    title: 'StrictMode',
    lead: 'In development, StrictMode mounts every component twice. Switch “mounted” on: the effects run, are cleaned up, and run again. The query makes one call all the same.',
    code: "useTaskQuery(taskQuery(task, 'work', 200))",
    isStrict: true,
    subject: (say) => <Asking say={say} ms={200} />,
  },
  play: async ({ canvas }) => {
    await mount(canvas)
    await canvas.findByText('The call ends: success.', {}, patient)
    const lines = linesOf(canvas)
    await expect(lines.filter((line) => line.startsWith('React'))).toEqual([
      'React runs the effects.',
      'React cleans up the effects.',
      'React runs the effects.',
    ])
    await expect(lines.filter((line) => !/^(React|You)/.test(line))).toEqual([
      'A call is made.',
      'A worker starts.',
      'The call runs.',
      'The call ends: success.',
    ])
  },
}

export const Activity: Story = {
  args: {
    title: 'Activity',
    lead: 'A component that is hidden keeps its state, and counts as unmounted: its call is aborted, and so is the handler in the worker. Switch “mounted” on, then “visible” off and on: it asks again.',
    code: '<Activity mode={isVisible ? "visible" : "hidden"}>',
    subject: (say) => <Asking say={say} ms={LONG_MS} />,
  },
  play: async ({ canvas, step }) => {
    const visible = canvas.getByRole('switch', { name: 'visible' })
    await step('hidden, the handler is aborted', async () => {
      await mount(canvas)
      await canvas.findByText('The call runs.', {}, patient)
      await userEvent.click(visible)
      await canvas.findByText('The call ends: canceled.', {}, patient)
    })
    await step('shown again, it asks again', async () => {
      await userEvent.click(visible)
      await waitFor(() => expect(canvas.getAllByText('The call runs.')).toHaveLength(2), patient)
      await waitFor(() => expect(canvas.getByRole('img')).toHaveAccessibleName(/2 calls, 1 canceled/))
    })
  },
}

export const ParkAndRevive: Story = {
  args: {
    title: 'Park and revive',
    lead: 'The provider keeps its workers while it is mounted and visible. Mount it, call, then switch “mounted” off: half a second later the worker stops. Switch it on: nothing starts before the next call.',
    code: '<AtelierProvider createRuntime={createRuntime} graceMs={500}>',
    subject: (say) => <Calling say={say} />,
  },
  play: async ({ canvas, step }) => {
    const mounted = canvas.getByRole('switch', { name: 'mounted' })
    const call = async (times: number) => {
      await userEvent.click(canvas.getByRole('button', { name: 'Call' }))
      await waitFor(() => expect(canvas.getAllByText('The call ends: success.')).toHaveLength(times), patient)
    }
    await step('parked after the grace', async () => {
      await mount(canvas)
      await expect(canvas.queryByText('A worker starts.')).toBeNull()
      await call(1)
      await userEvent.click(mounted)
      await canvas.findByText('The worker stops: parked.', {}, patient)
    })
    await step('mounted again, it is cold until a call', async () => {
      await userEvent.click(mounted)
      await expect(canvas.getAllByText('A worker starts.')).toHaveLength(1)
      await call(2)
      await expect(canvas.getAllByText('A worker starts.')).toHaveLength(2)
    })
  },
}

export const StrictModeInTheDark: Story = { ...StrictMode, ...onAPhone }
export const ParkAndReviveInTheDark: Story = {
  ...ParkAndRevive,
  ...onAPhone,
  play: async (context) => {
    await ParkAndRevive.play?.(context)
    await expect(context.canvasElement.querySelector('.page')?.scrollWidth).toBeLessThanOrEqual(320)
  },
}
