/** Where an error says that its call was. */
import { expect, it } from 'vitest'
import { MESSAGE_ERROR } from '../support/step-worker.ts'
import { drain, type Fate, type Lab, makeLab, watch } from '../support/lab.ts'

const handlers = () => ({
  echo: (_value: unknown) => {},
  wait: () => new Promise<void>(() => {}),
  give: () => ({ on: () => {} }),
  *items(): Generator<unknown> {
    yield () => {}
  },
})
type Api = ReturnType<typeof handlers> & { nope: () => void }

function phaseOf(fate: Fate): unknown {
  if (fate.status !== 'rejected') return fate.status
  const { code, phase, message } = fate.reason as Error & { code?: string; phase?: string }
  return [code, phase, message.includes(`, ${phase})`)]
}

const ways: [what: string, code: string, call: (lab: Lab<Api>) => PromiseLike<unknown>][] = [
  ['a function', 'clone-args', ({ task }) => task.echo(() => {})],
  ['a function in a list', 'clone-args', ({ task }) => task.echo([[() => {}]])],
  ['a proxy', 'clone-args', ({ task }) => task.echo(new Proxy({}, {}))],
  ['a method that is not there', 'no-method', ({ task }) => task.nope()],
]

it.each(ways)('%s: %s, on a worker that starts', async (_what, code, call) => {
  const lab = makeLab<Api>(handlers as () => Api)
  const fate = watch(call(lab))
  await lab.settle()
  expect(phaseOf(fate())).toEqual([code, 'starting', true])
})

it.each(ways)('%s: %s, on a worker that is up', async (_what, code, call) => {
  const lab = makeLab<Api>(handlers as () => Api)
  await Promise.all([lab.task.echo(1), lab.settle()])
  const fate = watch(call(lab))
  await lab.settle()
  expect(phaseOf(fate())).toEqual([code, 'starting', true])
})

it.each(ways)('%s: %s, in a message with others', async (_what, code, call) => {
  const lab = makeLab<Api>(handlers as () => Api, { maxInFlight: 4 })
  const fates = [call(lab), lab.task.echo(1), call(lab)].map(watch)
  await lab.settle()
  expect(phaseOf((fates[0] as () => Fate)())).toEqual([code, 'starting', true])
  expect(phaseOf((fates[2] as () => Fate)())).toEqual([code, 'starting', true])
  expect(phaseOf((fates[1] as () => Fate)())).toBe('fulfilled')
})

it('arguments that the worker could not read were never run', async () => {
  const lab = makeLab<Api>(handlers as () => Api)
  await Promise.all([lab.task.echo(1), lab.settle()])
  const fate = watch(lab.task.echo('too large'))
  await drain()
  const { toWorker = [] } = lab.workers[0] ?? {}
  toWorker.splice(0, toWorker.length, MESSAGE_ERROR)
  await lab.settle()
  expect(phaseOf(fate())).toEqual(['clone-args', 'starting', true])
})

const ranTo: [what: string, code: string, call: (lab: Lab<Api>) => PromiseLike<unknown>][] = [
  ['a result that cannot be cloned', 'clone-result', ({ task }) => task.control.call('give', [])],
  ['an item that cannot be cloned', 'clone-result', ({ task }) => task.items().next()],
  [
    'a result where items were asked for',
    'no-stream',
    ({ task }) => (task as unknown as Streams).echo().next(),
  ],
]
interface Streams {
  echo(): AsyncIterator<unknown>
}

it.each(ranTo)('%s: %s, of a handler that ran', async (_what, code, call) => {
  const lab = makeLab<Api>(handlers as () => Api)
  await Promise.all([lab.task.echo(1), lab.settle()])
  const fate = watch(call(lab))
  await lab.settle()
  expect(phaseOf(fate())).toEqual([code, 'running', true])
})

it('a call that waits, and one that runs, are called that', async () => {
  const lab = makeLab<Api>(handlers as () => Api)
  const calls = [lab.task.wait(), lab.task.wait()]
  const fates = calls.map(watch)
  await lab.settle()
  for (const call of calls) call.abort()
  await lab.settle()
  expect(fates.map((fate) => phaseOf(fate()))).toEqual([
    ['aborted', 'running', true],
    ['aborted', 'pending', true],
  ])
})
