/** Calls that are answered on the page, without a reply of the worker. */
import { describe, expect, it } from 'vitest'
import type { SpanEvent } from '../../../src/types/telemetry.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { makeLab, shown, watch } from '../support/lab.ts'

const handlers = () => ({
  echo: (value: unknown) => value,
  measured: () => taskContext().span('inner', () => 'measured'),
})
/** As if the worker had it. */
type Api = ReturnType<typeof handlers> & { nope(): void }

describe('a method that the worker does not have', () => {
  it('lets the next call go on', async () => {
    const lab = makeLab<Api>(handlers as () => Api, { maxQueueDepth: 0 })
    const fates = [lab.task.nope(), lab.task.echo(1), lab.task.nope(), lab.task.echo(2)].map(watch)
    await lab.settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['no-method', 1, 'no-method', 2])
  })

  it('takes nothing over from the call that was answered before', async () => {
    const lab = makeLab<Api>(handlers as () => Api)
    const spans: SpanEvent[] = []
    lab.runtime.subscribeEvents((event) => {
      if (event.kind === 'span') spans.push(event)
    })
    void lab.task.measured()
    await lab.settle()
    const fate = watch(lab.task.nope())
    await lab.settle()
    expect(shown(fate())).toBe('no-method')
    expect(spans.map(({ method, name }) => `${method} ${name}`)).toEqual([
      'measured inner',
      'measured atelier.task',
      'nope atelier.task',
    ])
    expect(spans[2]?.runMs).toBeUndefined()
  })
})
