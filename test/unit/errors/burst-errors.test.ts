/** Errors in masses: the first of a burst tell where they come from, all tell what they are. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TaskAbortError } from '../../../src/errors/errors.ts'
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
  it('reject with errors that name each of the first few; the rest share one, which has no frames', async () => {
    const before = Error.stackTraceLimit
    const errors = (await abortMany(100)) as TaskAbortError[]
    const own = errors.slice(0, 32)
    expect(new Set(own).size).toBe(32)
    expect(own.map(({ callId }) => callId)).toEqual(own.map((_, n) => `call-${n + 1}`))
    const [shared] = new Set(errors.slice(32))
    expect(new Set(errors).size).toBe(33)
    expect(shared).toMatchObject({
      code: 'aborted',
      taskId: own[0]?.taskId,
      method: 'wait',
      callId: undefined,
      phase: 'pending',
      message: expect.stringMatching(/wait \(one of many calls, pending\) was aborted/) as string,
    })
    expect(framesOf(errors[0])).toBeGreaterThan(3)
    expect(framesOf(errors[99])).toBe(0)
    expect(String(errors[99]?.stack)).toContain('was aborted')
    expect(Error.stackTraceLimit).toBe(before)
  })

  it('share nothing with calls of another reason, phase or method, nor with those of a later burst', async () => {
    const { task, settle } = makeLab(
      () => ({ ...handlers(), other: (_value: number) => new Promise<void>(() => {}) }),
      { maxWorkers: 1, maxQueueDepth: 40 },
    )
    const [one, two] = [new AbortController(), new AbortController()]
    const call = (n: number) => {
      const given = task.with({ signal: n % 2 ? one.signal : two.signal })
      return watch(n % 3 ? given.wait(n) : given.other(n))
    }
    const fates = Array.from({ length: 400 }, (_, n) => call(n))
    await settle()
    one.abort('first')
    two.abort('second')
    await settle()
    const errors = fates.map((fate, n) => {
      const end = fate()
      expect(end.status).toBe('rejected')
      const error = (end as { reason?: unknown }).reason as TaskAbortError
      expect(error.cause).toBe(n % 2 ? 'first' : 'second')
      expect(error.method).toBe(n % 3 ? 'wait' : 'other')
      return error
    })
    expect(errors.at(-1)?.phase).toBe('blocked')
    expect(errors[20]?.phase).toBe('pending')
    const late = watch(task.with({ signal: one.signal }).wait(1))
    await settle()
    expect(errors).not.toContain((late() as { reason?: unknown }).reason)
  })

  it('have their stacks again in the next burst', async () => {
    await abortMany(100)
    const [first] = await abortMany(1)
    expect(framesOf(first)).toBeGreaterThan(3)
  })
})
