/** `useTrace` and `useSpans`, live: one trace for the life of a component, and the calls that belong to it. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useSpans, useTask, useTrace } from 'atelier-react'
import { useState } from 'react'
import { expect, userEvent, waitFor } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

function Import({ file }: { readonly file: string }) {
  const trace = useTrace('import', { key: file, attributes: { 'file.name': file } })
  const primes = useTask(primesTask)
  const spans = useSpans({ traceId: trace.traceId, limit: 5 })
  return (
    <div className="stack">
      <p className="trace-id">
        trace <span data-trace>{trace.traceId ?? 'not started'}</span>
      </p>
      <div className="row">
        <button type="button" className="primary" onClick={() => void primes.with({ trace }).count(200_000)}>
          A step of the import
        </button>
      </div>
      <p className="soft">{spans.length === 0 ? 'No span yet' : `${spans.length} spans, newest last`}</p>
      <ul className="chips">
        {spans.map((span) => (
          <li key={span.spanId}>
            {span.method} {Math.round(span.endTime - span.startTime)} ms
          </li>
        ))}
      </ul>
    </div>
  )
}

function Files() {
  const [file, setFile] = useState('a.csv')
  return (
    <div className="stack">
      <label className="field">
        File
        <select value={file} onChange={(event) => setFile(event.target.value)}>
          <option>a.csv</option>
          <option>b.csv</option>
        </select>
      </label>
      <Import file={file} />
    </div>
  )
}

const meta = {
  title: 'Hooks/useTrace',
  render: () => (
    <HookStory
      hook="useTrace"
      lead="Returns one trace for each name and key, while a component with them is mounted. Another file is another trace. StrictMode creates one trace, not two."
    >
      <Files />
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
    const traceId = () => canvasElement.querySelector('[data-trace]')?.textContent
    await step('it starts when the component has mounted', () =>
      waitFor(() => expect(traceId()).toMatch(/^[\da-f]{32}$/)),
    )
    await step('calls belong to it', async () => {
      const button = canvas.getByRole('button', { name: 'A step of the import' })
      await userEvent.click(button)
      await userEvent.click(button)
      await shows(canvasElement, '2 spans, newest last')
      await figureIs(canvasElement, 'succeeded', 2)
    })
    await step('another key ends it and starts another', async () => {
      const before = traceId()
      await userEvent.selectOptions(canvas.getByLabelText('File'), 'b.csv')
      await waitFor(() => expect(traceId()).not.toBe(before))
      await expect(await canvas.findByText('trace “import” ended, with 2 spans')).toBeVisible()
    })
  },
}
