/** `useRuntimeEvents`, live: everything that happens, for what does not render it. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { type RuntimeEventKind, useRuntimeEvents, useTaskCall } from 'atelier-react'
import { useRef, useState } from 'react'
import { expect, userEvent, waitFor } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { Renders } from './kit/parts.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs } from './kit/story-testing.ts'

const kinds: readonly RuntimeEventKind[] = ['span', 'worker', 'counter', 'histogram']

function Console() {
  const lines = useRef<HTMLOListElement>(null)
  const [chosen, setChosen] = useState<readonly RuntimeEventKind[]>(['span', 'worker'])
  // Straight into the page, as it might go straight to a reporting service.
  useRuntimeEvents(
    (event) => {
      const line = document.createElement('li')
      line.textContent = `${event.kind}: ${'name' in event ? event.name : event.kind === 'worker' ? event.action : event.traceId}`
      lines.current?.prepend(line)
      if (lines.current && lines.current.children.length > 12) lines.current.lastChild?.remove()
    },
    { kinds: chosen },
  )
  const toggle = (kind: RuntimeEventKind, isOn: boolean) =>
    setChosen((before) => (isOn ? [...before, kind] : before.filter((one) => one !== kind)))
  return (
    <div className="stack">
      <div className="switches" role="group" aria-label="Kinds">
        {kinds.map((kind) => (
          <label key={kind} className="switch">
            <input
              type="checkbox"
              role="switch"
              checked={chosen.includes(kind)}
              onChange={(event) => toggle(kind, event.target.checked)}
            />
            {kind}
          </label>
        ))}
      </div>
      <Renders>Renders of this component:</Renders>
      <ol ref={lines} className="log" aria-label="Events" />
    </div>
  )
}

function Caller() {
  const { run } = useTaskCall(primesTask, 'count')
  return (
    <div className="row">
      <button type="button" className="primary" onClick={() => run(100_000)}>
        Call
      </button>
    </div>
  )
}

const meta = {
  title: 'Hooks/useRuntimeEvents',
  render: () => (
    <HookStory
      hook="useRuntimeEvents"
      lead="Calls your listener with each event of the runtime, synchronously, from the mount to the unmount. It never renders. While it is hidden, it receives nothing."
    >
      <Caller />
      <Console />
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
    const events = canvas.getByRole('list', { name: 'Events' })
    await userEvent.click(canvas.getByRole('button', { name: 'Call' }))
    await figureIs(canvasElement, 'succeeded', 1)
    await waitFor(() => expect(events).toHaveTextContent('span: atelier.task'))
    await expect(events).toHaveTextContent('worker: spawn')
    await expect(canvasElement.querySelector('[data-renders]')).toHaveTextContent('1')
  },
}
