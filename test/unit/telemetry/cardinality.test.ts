/** How many series the metrics make, however many calls there are and whatever they carry. */
import { metrics } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TaskAbortError } from '../../../src/errors/errors.ts'
import { Driver, resetOtel, Sdk } from './support.ts'

let sdk: Sdk
let driver: Driver

beforeEach(() => {
  sdk = new Sdk()
  // No spans: nothing keeps the hundred thousand.
  metrics.setGlobalMeterProvider(sdk.meterProvider)
  driver = new Driver({ otel: {} })
})
afterEach(resetOtel)

it('is the same after 100,000 calls, each with another key, trace, attributes and reason', {
  timeout: 60_000,
}, async () => {
  let made = 0
  const measure = async (calls: number) => {
    for (const end = made + calls; made < end; made++) {
      const trace = driver.telemetry.createTrace(`doc ${made}`)
      const drive = {
        key: `key ${made}`,
        options: { trace, attributes: { 'atelier.batch.id': `batch ${made}` } },
      }
      const cause = new Error(`reason ${made}`)
      if (made % 3 === 0) driver.run(drive, { run: [1, 2] })
      else if (made % 3 === 1) {
        const error = new TaskAbortError('x', { code: 'aborted', cause })
        driver.run(drive, { outcome: 'canceled', error })
      } else {
        const error = Object.assign(cause, { name: `no name ${made}` })
        driver.run(drive, { outcome: 'failure', error })
      }
      trace.end()
    }
    return (await sdk.points()).map(({ name, attributes }) => ({ name, attributes }))
  }
  const few = await measure(6)
  expect(await measure(99_994)).toEqual(few)
  expect(await sdk.total('task.duration_ms')).toBe(100_000)
})

it('is bounded where an application makes up names of errors, and every call is counted all the same', async () => {
  const fail = (name: string) =>
    driver.run({}, { outcome: 'failure', error: Object.assign(new Error('no'), { name }) })
  for (let call = 0; call < 1_000; call++) fail(`Error${call}`)
  fail('Error0')
  const points = await sdk.points('task.failure.total')
  expect(points.length).toBeLessThanOrEqual(101)
  expect(await sdk.total('task.failure.total')).toBe(1_001)
  expect(points.find(({ attributes }) => attributes['error.type'] === 'Error0')?.value).toBe(2)
  expect(points.find(({ attributes }) => attributes['error.type'] === '_OTHER')?.value).toBeGreaterThan(800)
})
