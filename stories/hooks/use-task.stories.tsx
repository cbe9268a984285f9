/** `useTask`, live: the task itself, for handlers and effects. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useTask } from 'atelier-react'
import { useState } from 'react'
import { expect, userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

const limits = [10_000, 50_000, 100_000, 500_000, 1_000_000]

function CountAll() {
  const primes = useTask(primesTask)
  const [found, setFound] = useState<readonly number[]>([])
  const [isBusy, setBusy] = useState(false)

  async function countAll() {
    setFound([])
    setBusy(true)
    for await (const count of primes.control.map('count', limits, { ordered: true })) {
      setFound((before) => [...before, count])
    }
    setBusy(false)
  }

  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="primary" disabled={isBusy} onClick={() => void countAll()}>
          Count below each
        </button>
      </div>
      <table>
        <thead>
          <tr>
            <th className="number">below</th>
            <th className="number">primes</th>
          </tr>
        </thead>
        <tbody>
          {limits.map((limit, index) => (
            <tr key={limit}>
              <td className="number">{limit.toLocaleString('en')}</td>
              <td className="number">{found[index]?.toLocaleString('en') ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const meta = {
  title: 'Hooks/useTask',
  render: () => (
    <HookStory
      hook="useTask"
      lead="Returns the task, with all its methods. It never renders, and starts nothing until you call."
    >
      <CountAll />
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
    await figureIs(canvasElement, 'workers', 0)
    await userEvent.click(canvas.getByRole('button', { name: 'Count below each' }))
    await shows(canvasElement, '78,498')
    const rows = [...canvasElement.querySelectorAll('tbody tr')].map((row) => row.textContent)
    await expect(rows).toEqual([
      '10,0001,229',
      '50,0005,133',
      '100,0009,592',
      '500,00041,538',
      '1,000,00078,498',
    ])
    await figureIs(canvasElement, 'succeeded', 5)
  },
}
