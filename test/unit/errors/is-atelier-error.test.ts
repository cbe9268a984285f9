/** `isAtelierError`: errors of every copy of the package, by a brand; and nothing else, whatever it is. */
import { expect, it, vi } from 'vitest'
import * as errors from '../../../src/errors/errors.ts'
import { hostileValues } from '../support/hostile-values.ts'

const { AtelierError, isAtelierError, QueueFullError, TaskAbortError } = errors

it('knows them by their codes', () => {
  const error = new QueueFullError('full', { code: 'queue-full' })
  expect(isAtelierError(error)).toBe(true)
  expect(isAtelierError(error, 'queue-full', 'aborted')).toBe(true)
  expect(isAtelierError(error, 'aborted')).toBe(false)
  expect(isAtelierError(new Error('full'))).toBe(false)
  expect(isAtelierError(Object.assign(new Error('full'), { code: 'queue-full' }))).toBe(false)
})

it('knows those of another copy, whose classes are not the same', async () => {
  vi.resetModules()
  const copy: typeof errors = await import('../../../src/errors/errors.ts')
  expect(copy.TaskAbortError === TaskAbortError).toBe(false)
  const theirs = new copy.TaskAbortError('stop', { code: 'superseded' })
  expect(isAtelierError(theirs, 'superseded')).toBe(true)
  expect(theirs).toBeInstanceOf(TaskAbortError)
  expect(theirs).not.toBeInstanceOf(QueueFullError)
  expect(copy.isAtelierError(new AtelierError('mine', { code: 'hang' }), 'hang')).toBe(true)
})

it.each(hostileValues)('takes nothing else for one, and never throws: %s', (_what, make) => {
  expect(isAtelierError(make())).toBe(false)
  expect(isAtelierError(make(), 'aborted')).toBe(false)
})
