/** The panel over real workers: each view with calls in it, empty, and a session that somebody else has recorded. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { createTaskRuntime, type TaskRuntime } from 'atelier-react'
import {
  AtelierDevtoolsPanel,
  type AtelierDevtoolsPanelProps,
  startRecorder,
} from 'atelier-react/devtools/production'
import { useEffect, useState } from 'react'
import { expect, waitFor } from 'storybook/test'
import { primesTask } from '../hooks/kit/primes-task.ts'

interface Scene extends Pick<AtelierDevtoolsPanelProps, 'initialView'> {
  readonly theme: 'light' | 'dark'
  /** Calls that are made when the story opens. */
  readonly calls: number
  readonly width: string
}

/** Some calls on two workers, in workflows that have names. */
async function work(runtime: TaskRuntime, calls: number): Promise<void> {
  const primes = runtime.defineTask(primesTask)
  const batch = (name: string, limits: readonly number[]) =>
    runtime.trace(name, (trace) =>
      Promise.all(limits.map((limit) => primes.with({ trace, key: `${limit}` }).count(limit))),
    )
  for (let made = 0; made < calls; made += 10) {
    const limits = Array.from({ length: Math.min(10, calls - made) }, (_, index) => 20_000 * (index + 1))
    await batch(`batch ${made / 10 + 1}`, limits)
  }
}

function PanelScene({ theme, calls, width, initialView }: Scene) {
  const [world, setWorld] = useState<ReturnType<typeof makeWorld>>()
  useEffect(() => {
    const made = makeWorld()
    // When it has begun: the panel reads what it finds.
    void Promise.resolve(made).then(setWorld)
    void work(made.runtime, calls).catch(() => {})
    return () => {
      made.recorder.stop()
      made.runtime.dispose()
    }
  }, [calls])
  return (
    <main style={{ height: '26rem', width, maxWidth: '100%' }}>
      {world && <AtelierDevtoolsPanel {...world} theme={theme} initialView={initialView} />}
    </main>
  )
}

function makeWorld() {
  const runtime = createTaskRuntime({ name: 'stories' })
  return { runtime, recorder: startRecorder({ runtimes: [runtime] }) }
}

const meta = {
  title: 'Devtools/Panel',
  render: (scene) => <PanelScene {...scene} />,
  args: { theme: 'light', calls: 40, width: '100%', initialView: 'calls' },
  argTypes: {
    theme: { control: 'inline-radio', options: ['light', 'dark'] },
    initialView: { control: 'select', options: ['timeline', 'tasks', 'calls', 'traces', 'events'] },
  },
} satisfies Meta<Scene>

export default meta
type Story = StoryObj<typeof meta>

/** The panel's own root, once it is there. */
async function panelIn(canvasElement: HTMLElement): Promise<ShadowRoot> {
  return waitFor(
    () => {
      const found = [...canvasElement.querySelectorAll('*')].find(({ shadowRoot }) => shadowRoot)?.shadowRoot
      if (!found?.querySelector('.panel')) throw new Error('The panel has not come yet')
      return found
    },
    { timeout: 15_000 },
  )
}

function showing(selector: string, text: string | RegExp): NonNullable<Story['play']> {
  return async ({ canvasElement }) => {
    const panel = await panelIn(canvasElement)
    await waitFor(() => expect(panel.querySelector(selector)?.textContent ?? '').toMatch(text), {
      timeout: 15_000,
    })
  }
}

export const Calls: Story = { play: showing('.hits', '40 calls') }
export const CallsDark: Story = { args: { theme: 'dark' }, play: showing('.hits', '40 calls') }
export const TimelineLight: Story = {
  args: { initialView: 'timeline' },
  play: showing('.figures', /failed40/),
}
export const TimelineDark: Story = {
  args: { initialView: 'timeline', theme: 'dark' },
  play: showing('.figures', /failed40/),
}
export const Tasks: Story = { args: { initialView: 'tasks' }, play: showing('.card', /primes/) }
export const TasksDark: Story = {
  args: { initialView: 'tasks', theme: 'dark' },
  play: showing('.card', /primes/),
}
export const Traces: Story = {
  args: { initialView: 'traces' },
  play: async (context) => {
    await showing('tbody', /batch 4/)(context)
    const panel = await panelIn(context.canvasElement)
    panel.querySelector<HTMLElement>('tbody button')?.click()
    await showing('.why', /Why .*waiting/)(context)
  },
}
export const TracesDark: Story = { ...Traces, args: { initialView: 'traces', theme: 'dark' } }
export const Events: Story = { args: { initialView: 'events' }, play: showing('.events', /spawn/) }
export const EventsDark: Story = {
  args: { initialView: 'events', theme: 'dark' },
  play: showing('.events', /spawn/),
}
export const Empty: Story = { args: { calls: 0 }, play: showing('.empty', /No call yet/) }
export const Narrow: Story = {
  args: { width: '20rem' },
  play: async (context) => {
    await showing('.hits', '40 calls')(context)
    const panel = await panelIn(context.canvasElement)
    panel.querySelector<HTMLElement>('.row')?.click()
    await showing('.pane', /primes\.count/)(context)
    await expect(panel.querySelector('.panel')?.scrollWidth).toBeLessThanOrEqual(320)
  },
}
