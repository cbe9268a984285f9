/** Errors in masses: the first of a burst tell where they come from, all tell what they are. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeLab, watch } from '../support/lab.ts'

const handlers = () => ({ wait: (_value: number) => new Promise<void>(() => {}) })

const framesOf = (error: unknown) => String((error as Error).stack).split('\n').length - 1

async function abortMany(count: number) {
  const { task, settle } = makeLab(handlers, { maxQueueDepth: count })
  const controller = new AbortController()
  const fates = Array.from({ length: count }, (_, value) =>
    watch(task.with({ signal: controller.signal }).wait(value)),
  )
  await settle()
  controller.abort()
  await settle()
  return fates.map((fate) => {
    const end = fate()
    return end.status === 'rejected' ? end.reason : undefined
  })
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('many calls that are aborted at once', () => {
  it('reject each with an error of its own; those after the first few have no frames', async () => {
    const before = Error.stackTraceLimit
    const errors = await abortMany(100)
    expect(new Set(errors).size).toBe(100)
    expect(errors.map((error) => (error as { callId?: string } | undefined)?.callId)).toEqual(
      Array.from({ length: 100 }, (_, n) => `call-${n + 1}`),
    )
    expect(framesOf(errors[0])).toBeGreaterThan(3)
    expect(framesOf(errors[99])).toBe(0)
    expect(String(errors[99]?.stack)).toContain('was aborted')
    expect(Error.stackTraceLimit).toBe(before)
  })

  it('have their stacks again in the next burst', async () => {
    await abortMany(100)
    const [first] = await abortMany(1)
    expect(framesOf(first)).toBeGreaterThan(3)
  })
})
