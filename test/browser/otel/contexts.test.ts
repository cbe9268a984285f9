/** Which trace a call belongs to, where nothing carries a context across an `await`: as in every browser today. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { exporting, otelLab } from './bench.ts'
import { all, interleave, random, spanOf, withPauses } from './interleaved.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each([
  { manager: 'no context manager', register: false },
  { manager: 'the stack manager of the SDK', register: true },
])('with $manager', ({ register }) => {
  const open = () => {
    const exported = exporting()
    if (register) exported.sdk.register()
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    return exported
  }

  it('100 interleaved traces: all calls are right where the trace is passed on', async () => {
    const { received } = open()
    const next = random(1)
    expect(await interleave((_lab, trace, call) => withPauses(next, () => call(trace)))).toEqual(all)
    if (!register) return
    const { spans } = await received()
    const roots = new Map(
      spans
        .filter(({ attributes }) => 'atelier.trace.span_count' in attributes)
        .map(({ spanId, attributes }) => [spanId, attributes]),
    )
    const calls = spans.filter(({ name }) => name === 'atelier.task')
    expect(calls).toHaveLength(all.right)
    const wrong = calls.filter(
      ({ parentSpanId, attributes }) =>
        roots.get(parentSpanId)?.['atelier.trace.name'] !== attributes['test.trace'],
    )
    expect(wrong).toEqual([])
  })

  it('100 interleaved traces: none is wrong where it is not passed on', async () => {
    open()
    const next = random(2)
    const counts = await interleave((_lab, _trace, call) => withPauses(next, call))
    expect(counts.wrong).toBe(0)
    expect(counts.right + counts.none).toBe(all.right)
    expect(counts.none).toBeGreaterThan(0)
  })

  it('the one trace that is open is inherited after an await, and the span says so', async () => {
    const { received } = open()
    const lab = otelLab()
    const traceId = await lab.runtime.trace('only', async (trace) => {
      // What awaits a worker goes on in another task.
      await lab.task.add(1, 1)
      await lab.task.add(2, 2)
      return trace.traceId
    })
    expect(spanOf(lab, 1).traceId).toBe(traceId)
    if (!register) return
    const { spans } = await received()
    const second = spans.filter(({ name }) => name === 'atelier.task').at(-1)
    expect(second?.attributes).toMatchObject({ 'atelier.trace.inherited': 'sole-open' })
  })
})
