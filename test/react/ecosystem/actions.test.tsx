/** Actions and transitions of React beside `useTaskCall`, deferred values beside `useTaskQuery`. */
import { act, fireEvent, render, screen } from '@testing-library/react'
import {
  TaskAbortError,
  type TaskOptions,
  useTaskCall,
  useTaskQuery,
  keepPrevious,
  taskQuery,
} from 'atelier-react'
import { taskContext } from 'atelier-react/worker'
import * as React from 'react'
import { useDeferredValue, useState, useTransition } from 'react'
import { expect, it } from 'vitest'
import { describeHook, gates, inRuntime, useWorld } from '../support.tsx'

type Words = { count(text: string): Promise<number> }
interface Props {
  readonly task: TaskOptions<Words>
}

const hasActions = 'useActionState' in React

/** The form of the guide. */
function CountForm({ task }: Props) {
  const { runAsync, abort } = useTaskCall(task, 'count')

  async function count(before: number, form: FormData) {
    try {
      return await runAsync(String(form.get('text')))
    } catch (error) {
      if (error instanceof TaskAbortError) return before
      throw error
    }
  }
  const [words, submit, isPending] = React.useActionState(count, 0)
  return (
    <form action={submit}>
      <input name="text" aria-label="text" defaultValue="a b" />
      <button type="submit">Count</button>
      {isPending ? (
        <button type="button" onClick={() => abort()}>
          Cancel
        </button>
      ) : (
        <output>{words}</output>
      )}
    </form>
  )
}

function CountInTransition({ task }: Props) {
  const { runAsync } = useTaskCall(task, 'count')
  const [isPending, startTransition] = useTransition()
  const [words, setWords] = useState(0)
  const count = () => startTransition(async () => setWords(await runAsync('a b')))
  return (
    <button type="button" onClick={count}>
      {isPending ? 'counting' : `${words} words`}
    </button>
  )
}

function CountWhileTyping({ task }: Props) {
  const [text, setText] = useState('a')
  const words = useTaskQuery(taskQuery(task, 'count', useDeferredValue(text)), {
    placeholderData: keepPrevious,
  })
  return (
    <>
      <input aria-label="text" value={text} onChange={(event) => setText(event.target.value)} />
      <output>{`${words.data ?? 'no'} words`}</output>
    </>
  )
}

describeHook('beside React', () => {
  const world = useWorld()

  function words() {
    const doors = gates<void>()
    const seen: string[] = []
    const handlers = {
      async count(text: string) {
        const { signal } = taskContext()
        signal.addEventListener('abort', () => seen.push(`${text} aborted`))
        await doors.at(text)
        return text.split(' ').length
      },
    }
    return { doors, seen, task: world.task(handlers) }
  }
  const shown = () => screen.findByRole('status').then((output) => output.textContent)

  it.runIf(hasActions)('useActionState: the result is the state of the action', async () => {
    const { task, doors } = words()
    render(<CountForm task={task} />, { wrapper: inRuntime(world.runtime()) })
    await act(async () => screen.getByText('Count').click())
    await act(() => doors.reached('a b'))
    expect(screen.queryByRole('status')).toBeNull()
    await act(async () => doors.open('a b'))
    expect(await shown()).toBe('2')
  })

  it.runIf(hasActions)('useActionState: Cancel reaches the worker, and the last result stays', async () => {
    const { task, doors, seen } = words()
    render(<CountForm task={task} />, { wrapper: inRuntime(world.runtime()) })
    doors.open('a b')
    await act(async () => screen.getByText('Count').click())
    expect(await shown()).toBe('2')
    fireEvent.change(screen.getByLabelText('text'), { target: { value: 'a b c' } })
    await act(async () => screen.getByText('Count').click())
    await act(() => doors.reached('a b c'))
    await act(async () => screen.getByText('Cancel').click())
    expect(await shown()).toBe('2')
    expect(seen).toEqual(['a b c aborted'])
  })

  it('useTransition: pending while the worker works, where transitions are asynchronous', async () => {
    const { task, doors } = words()
    render(<CountInTransition task={task} />, { wrapper: inRuntime(world.runtime()) })
    act(() => screen.getByText('0 words').click())
    await act(() => doors.reached('a b'))
    expect(screen.getByRole('button').textContent).toBe(hasActions ? 'counting' : '0 words')
    await act(async () => doors.open('a b'))
    expect(await screen.findByText('2 words')).toBeTruthy()
  })

  it('useDeferredValue: typing goes on while the worker counts, and only the last text is counted to its end', async () => {
    const { task, doors, seen } = words()
    render(<CountWhileTyping task={task} />, { wrapper: inRuntime(world.runtime()) })
    doors.open('a')
    await screen.findByText('1 words')
    const field = screen.getByLabelText<HTMLInputElement>('text')
    fireEvent.change(field, { target: { value: 'a b' } })
    await act(() => doors.reached('a b'))
    fireEvent.change(field, { target: { value: 'a b c' } })
    expect(field.value).toBe('a b c')
    await act(() => doors.reached('a b c'))
    doors.open('a b c')
    expect(await screen.findByText('3 words')).toBeTruthy()
    expect(seen).toEqual(['a b aborted'])
  })
})
