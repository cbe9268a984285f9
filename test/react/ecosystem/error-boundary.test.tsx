/** An error boundary with a reset: what a worker throws is shown, and trying again runs the work anew. */
import { act, render, screen } from '@testing-library/react'
import { type TaskOptions, useSuspenseTaskQuery, useTaskCall, useTaskQuery, taskQuery } from 'atelier-react'
import { Component, type ReactNode, Suspense } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { describeHook, inRuntime, saidOnConsole, until, useWorld } from '../support.tsx'

/** The usual one: a fallback with a button, and an error that is left behind when `resetKey` changes. */
class ErrorBoundary extends Component<
  { readonly resetKey?: string; readonly children: ReactNode },
  { readonly error: Error | null }
> {
  override state = { error: null as Error | null }
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override componentDidUpdate(before: { readonly resetKey?: string }) {
    if (this.state.error && before.resetKey !== this.props.resetKey) this.reset()
  }
  readonly reset = () => this.setState({ error: null })
  override render() {
    if (!this.state.error) return this.props.children
    return (
      <div role="alert">
        {this.state.error.message}
        <button type="button" onClick={this.reset}>
          Try again
        </button>
      </div>
    )
  }
}

type Parser = { parse(text: string): string }
interface Props {
  readonly task: TaskOptions<Parser>
  readonly text: string
}

function Queried({ task, text }: Props) {
  const { status, data } = useTaskQuery(taskQuery(task, 'parse', text), { throwOnError: true })
  return <output>{status === 'success' ? data : 'parsing'}</output>
}

function Suspended({ task, text }: Props) {
  return <output>{useSuspenseTaskQuery(taskQuery(task, 'parse', text)).data}</output>
}

function Called({ task, text }: Props) {
  const { run, status, data } = useTaskCall(task, 'parse', { throwOnError: true })
  return (
    <button type="button" onClick={() => run(text)}>
      {status === 'success' ? data : 'Parse'}
    </button>
  )
}

describeHook('an error boundary with a reset', () => {
  const world = useWorld()
  afterEach(() => vi.useRealTimers())

  /** A parser that is broken until it is mended. */
  function parser() {
    const state = { isBroken: true, calls: 0 }
    const task = world.task<Parser>({
      parse(text) {
        state.calls++
        if (state.isBroken && text === 'bad') throw new SyntaxError(`cannot parse “${text}”`)
        return text.toUpperCase()
      },
    })
    return { state, task }
  }

  const inBoundary = (child: ReactNode, resetKey: string) => (
    <ErrorBoundary resetKey={resetKey}>
      <Suspense fallback="parsing">{child}</Suspense>
    </ErrorBoundary>
  )

  it.each([
    ['useTaskQuery', Queried],
    ['useSuspenseTaskQuery', Suspended],
  ])('%s: a reset tries again', async (_name, Part) => {
    const { state, task } = parser()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await saidOnConsole(async () => {
      render(inBoundary(<Part task={task} text="bad" />, 'bad'), { wrapper: inRuntime(world.runtime()) })
      await until(() => screen.queryByRole('alert') !== null)
      expect(screen.getByRole('alert').textContent).toContain('cannot parse “bad”')
    })
    state.isBroken = false
    // A failed result of useSuspenseTaskQuery stays for a second, for the boundary to show.
    await act(() => vi.advanceTimersByTimeAsync(1_000))
    act(() => screen.getByText('Try again').click())
    await until(() => screen.queryByText('BAD') !== null)
    vi.useRealTimers()
  })

  it.each([
    ['useTaskQuery', Queried],
    ['useSuspenseTaskQuery', Suspended],
  ])('%s: other arguments leave the error behind', async (_name, Part) => {
    const { task } = parser()
    const { rerender } = render(inBoundary(<Part task={task} text="bad" />, 'bad'), {
      wrapper: inRuntime(world.runtime()),
    })
    await saidOnConsole(async () => {
      await screen.findByRole('alert')
      rerender(inBoundary(<Part task={task} text="good" />, 'good'))
      expect(await screen.findByText('GOOD')).toBeTruthy()
    })
  })

  it('useTaskCall: a reset brings the component back as it was before the call', async () => {
    const { state, task } = parser()
    render(inBoundary(<Called task={task} text="bad" />, ''), { wrapper: inRuntime(world.runtime()) })
    await saidOnConsole(async () => {
      act(() => screen.getByText('Parse').click())
      await screen.findByRole('alert')
    })
    state.isBroken = false
    act(() => screen.getByText('Try again').click())
    act(() => screen.getByText('Parse').click())
    expect(await screen.findByText('BAD')).toBeTruthy()
    expect(state.calls).toBe(2)
  })
})
