/** `useSuspenseTaskQuery`, live: a component that suspends until its result is there, and an error boundary around it. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { useSuspenseTaskQuery, taskQuery } from 'atelier-react'
import { Component, type ReactNode, Suspense, useState, useTransition } from 'react'
import { userEvent } from 'storybook/test'
import { HookStory } from './kit/hook-story.tsx'
import { Factors } from './kit/parts.tsx'
import { primesTask } from './kit/primes-task.ts'
import { figureIs, shows } from './kit/story-testing.ts'

function FactorsOf({ n }: { readonly n: number }) {
  const { data, refetch } = useSuspenseTaskQuery(taskQuery(primesTask, 'factors', n))
  return (
    <div className="stack">
      <Factors of={n} list={data} />
      <div className="row">
        <button type="button" onClick={refetch}>
          Refetch
        </button>
      </div>
    </div>
  )
}

class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state = { error: null as Error | null }
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    if (!this.state.error) return this.props.children
    return (
      <p role="alert" className="alert">
        {this.state.error.message}
      </p>
    )
  }
}

const FIRST = 9_007_195_909_437_503

function Pages() {
  const [n, setN] = useState(FIRST)
  const [isPending, startTransition] = useTransition()
  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="primary" onClick={() => setN(n - 2)}>
          Previous
        </button>
        <button type="button" onClick={() => startTransition(() => setN(n - 2))}>
          Previous, in a transition
        </button>
        <button type="button" onClick={() => setN(1)}>
          1
        </button>
      </div>
      <p className="soft">
        {isPending
          ? 'The next is on its way'
          : 'Without a transition the fallback shows until the result arrives'}
      </p>
      <Boundary key={n === 1 ? 'one' : 'others'}>
        <Suspense fallback={<p role="status">Working…</p>}>
          <FactorsOf n={n} />
        </Suspense>
      </Boundary>
    </div>
  )
}

const meta = {
  title: 'Hooks/useSuspenseTaskQuery',
  render: () => (
    <HookStory
      hook="useSuspenseTaskQuery"
      lead="Returns the result. The component suspends until it arrives, and throws into the nearest error boundary if the call fails."
    >
      <Pages />
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
    await step('one call, however often it is rendered', async () => {
      await shows(canvasElement, '9,007,195,909,437,503 =')
      await figureIs(canvasElement, 'succeeded', 1)
    })
    await step('a transition keeps the old result until the new one arrives', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Previous, in a transition' }))
      await shows(canvasElement, '9,007,195,909,437,501 =')
    })
    await step('a failure goes to the boundary', async () => {
      await userEvent.click(canvas.getByRole('button', { name: '1' }))
      await shows(canvasElement, '1 has no prime factors')
    })
  },
}
