/** The same with zone.js, in a file of its own: it patches the globals of whoever imports it. */
import { context, trace as traceApi } from '@opentelemetry/api'
import { ZoneContextManager } from '@opentelemetry/context-zone'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { exporting, otelLab } from './bench.ts'
import { all, interleave, random, spanOf, withPauses } from './interleaved.ts'

beforeEach(() => {
  const { sdk } = exporting()
  sdk.register()
  context.disable()
  context.setGlobalContextManager(new ZoneContextManager().enable())
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

afterEach(() => {
  context.disable()
  vi.restoreAllMocks()
})

it('100 interleaved traces: all are right where the zone carries the context, through promises and timers', async () => {
  const next = random(3)
  // The timer is what is tested: that the zone follows it, as it does promises.
  const pause = () =>
    next() < 0.2
      ? new Promise<void>((resolve) => void setTimeout(resolve))
      : Promise.resolve().then(() => Promise.resolve())
  const counts = await interleave((_lab, _trace, call) =>
    // No `await`: the zone follows only what it has patched.
    pause()
      .then(() => call())
      .then(() => pause())
      .then(() => call())
      .then(() => call()),
  )
  expect(counts).toEqual(all)
})

it('100 interleaved traces: none is wrong though a native await escapes the zone', async () => {
  const next = random(4)
  const counts = await interleave((_lab, _trace, call) => withPauses(next, call))
  expect(counts.wrong).toBe(0)
  expect(counts.none).toBeGreaterThan(0)
})

it('loses the active context after a native await, where the sole trace is inherited', async () => {
  const lab = otelLab()
  const traceId = await lab.runtime.trace('only', async (trace) => {
    expect(traceApi.getSpanContext(context.active())?.traceId).toBe(trace.traceId)
    await Promise.resolve()
    expect(traceApi.getSpanContext(context.active())).toBeUndefined()
    await lab.task.add(1, 1)
    return trace.traceId
  })
  expect(spanOf(lab, 0).traceId).toBe(traceId)
})
