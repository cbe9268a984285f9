/** In a file of its own: zone.js patches the globals of whoever imports it. */
import { context } from '@opentelemetry/api'
import { ZoneContextManager } from '@opentelemetry/context-zone'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { attribution, interleave } from './interleave.ts'
import { Driver, resetOtel, Sdk } from './support.ts'

let sdk: Sdk

beforeEach(() => {
  sdk = new Sdk().register()
  context.setGlobalContextManager(new ZoneContextManager().enable())
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

afterEach(() => {
  resetOtel()
  vi.restoreAllMocks()
})

it('100 interleaved traces: none is wrong, though a native await escapes the zone', async () => {
  await interleave(new Driver({ otel: {} }), false, 6)
  expect(attribution(sdk)).toMatchObject({ wrong: 0 })
})

it('a continuation that the zone does carry is right, with others open', async () => {
  const driver = new Driver({ otel: {} })
  const work = (name: string) =>
    driver.telemetry.trace(name, () => Promise.resolve().then(() => driver.run({ method: name })))
  await Promise.all([work('a'), work('b'), work('c')])
  expect(attribution(sdk)).toEqual({ right: 3, wrong: 0, none: 0 })
})

it('after a native await the sole trace is inherited', async () => {
  const driver = new Driver({ otel: {} })
  await driver.telemetry.trace('doc', async () => {
    await Promise.resolve()
    driver.run()
  })
  expect(sdk.calls[0]?.attributes['atelier.trace.inherited']).toBe('sole-open')
})
