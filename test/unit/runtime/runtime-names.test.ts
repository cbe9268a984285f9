/** The names of runtimes that were given none. */
import { createTaskRuntime } from 'atelier-react/core'
import { expect, it, onTestFinished } from 'vitest'

function make(name?: string) {
  const runtime = createTaskRuntime({ otel: false, performance: false, ...(name !== undefined && { name }) })
  onTestFinished(() => runtime.dispose())
  return runtime
}
const nameOf = (runtime: ReturnType<typeof make>) => runtime.name

it('are unique among those that live, and free again afterwards', () => {
  const [first, second] = [make(), make()]
  expect([first, second, make()].map(nameOf)).toEqual(['atelier', 'atelier-2', 'atelier-3'])
  second.dispose()
  second.dispose()
  expect([make(), make()].map(nameOf)).toEqual(['atelier-2', 'atelier-4'])
})

it('are the given ones where there are any, though two are alike', () => {
  expect([make('editor'), make('editor'), make()].map(nameOf)).toEqual(['editor', 'editor', 'atelier'])
})
