/** `TraceScope`, live: the tree says which trace a call belongs to. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { type SpanEvent, TraceScope, useSpans, useTaskCall } from 'atelier-react'
import { expect, userEvent, waitFor } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs } from './kit/story-testing.ts'

/** Knows nothing of traces. */
function CountButton({ label }: { readonly label: string }) {
  const { run } = useTaskCall(primesTask, 'count')
  return (
    <div className="row">
      <button type="button" onClick={() => run(100_000)}>
        {label}
      </button>
    </div>
  )
}

function Spans() {
  const spans = useSpans({ limit: 6 })
  return (
    <table aria-label="Spans">
      <thead>
        <tr>
          <th>call</th>
          <th>trace</th>
          <th>its id</th>
        </tr>
      </thead>
      <tbody>
        {spans.map((span) => (
          <tr key={span.spanId}>
            <td>{span.method}</td>
            <td>{traceOf(span)}</td>
            <td className="trace-id">{span.traceId.slice(0, 8)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function traceOf({ traceName }: SpanEvent): string {
  return traceName ?? 'none'
}

function Page() {
  return (
    <div className="stack">
      <CountButton label="Outside a scope" />
      <TraceScope name="page">
        <div className="nested">
          <CountButton label="In the scope “page”" />
          <TraceScope name="chart">
            <div className="nested">
              <CountButton label="In the scope “chart”, inside “page”" />
            </div>
          </TraceScope>
        </div>
      </TraceScope>
      <Spans />
    </div>
  )
}

const meta = {
  title: 'Hooks/TraceScope',
  render: () => (
    <HookStory
      hook="TraceScope"
      lead="Passes a trace down the tree: every call that a hook below it makes belongs to that trace. A scope inside a scope becomes a part of the outer trace."
    >
      <Page />
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
    for (const button of canvas.getAllByRole('button')) await userEvent.click(button)
    await figureIs(canvasElement, 'succeeded', 3)
    const rows = () =>
      [...canvasElement.querySelectorAll('tbody tr')].map((row) =>
        [...row.querySelectorAll('td')].slice(1).map((cell) => cell.textContent),
      )
    await waitFor(() => expect(rows()).toHaveLength(3))
    const idOf = (name: string) => rows().find(([trace]) => trace === name)?.[1]
    await expect(
      rows()
        .map(([trace]) => trace)
        .sort(),
    ).toEqual(['chart', 'none', 'page'])
    await expect(idOf('chart')).toBe(idOf('page'))
    await expect(idOf('none')).not.toBe(idOf('page'))
  },
}
