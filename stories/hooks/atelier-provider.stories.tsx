/** `AtelierProvider`, live: an owner whose workers go when it goes, a second later, and come back with the next call. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { AtelierProvider, useRuntime, useTaskCall } from 'atelier-react'
import type { ReactNode } from 'react'
import { userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { Status } from './kit/parts.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

interface Args {
  /** How long the workers stay after the unmount. */
  readonly graceMs: number
}

/** Owns the runtime that the card at its side looks at, as if it had made it alone. */
function Owner({ graceMs, children }: Args & { readonly children: ReactNode }) {
  const runtime = useRuntime()
  return (
    <AtelierProvider createRuntime={() => runtime} graceMs={graceMs}>
      {children}
    </AtelierProvider>
  )
}

function App() {
  const { run, status, data } = useTaskCall(primesTask, 'count')
  return (
    <div className="stack">
      <p className="soft">
        Count, then unmount or hide the component: after the grace of one second its workers stop. Show it
        again: the next call starts them.
      </p>
      <div className="row">
        <button type="button" className="primary" onClick={() => run(1_000_000)}>
          Count the primes below 1,000,000
        </button>
      </div>
      <Status>{status}</Status>
      {data !== undefined && <p className="result">{data.toLocaleString('en')}</p>}
    </div>
  )
}

const meta = {
  title: 'Hooks/AtelierProvider',
  args: { graceMs: 1_000 },
  argTypes: { graceMs: { control: { type: 'range', min: 0, max: 5_000, step: 250 } } },
  render: ({ graceMs }) => (
    <HookStory
      lends
      hook="AtelierProvider"
      lead="Provides a runtime to the hooks below it. It keeps the workers of a runtime that it created while it is mounted and visible. It never stops a runtime that you pass in."
    >
      <Owner graceMs={graceMs}>
        <App />
      </Owner>
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
    const count = { name: 'Count the primes below 1,000,000' }
    const mounted = canvas.getByRole('switch', { name: 'mounted' })
    await step('cold until a call', async () => {
      await figureIs(canvasElement, 'workers', 0)
      await userEvent.click(canvas.getByRole('button', count))
      await shows(canvasElement, '78,498')
      await figureIs(canvasElement, 'workers', 1)
    })
    await step('unmounted, the workers stop', async () => {
      await userEvent.click(mounted)
      await figureIs(canvasElement, 'workers', 0)
    })
    await step('mounted again, the next call starts them', async () => {
      await userEvent.click(mounted)
      await userEvent.click(canvas.getByRole('button', count))
      await shows(canvasElement, '78,498')
      await figureIs(canvasElement, 'workers', 1)
    })
    await step('hidden, they stop as well', async () => {
      await userEvent.click(canvas.getByRole('switch', { name: 'visible' }))
      await figureIs(canvasElement, 'workers', 0)
    })
  },
}

export const InTheDark: Story = {
  tags: ['!dev', '!autodocs'],
  globals: { theme: 'dark' },
  play: async ({ canvas, canvasElement }) => {
    await userEvent.click(canvas.getByRole('button', { name: /^Count/ }))
    await shows(canvasElement, '78,498')
  },
}
