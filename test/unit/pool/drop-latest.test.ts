/** `keyMode: 'drop-latest'`: of one key the first is served, and what comes meanwhile is turned away. */
import { expect, it } from 'vitest'
import { makeLab } from '../support/lab.ts'

it('turns a call away while one of its key is open, and takes the next one', async () => {
  const { task, settle, runtime } = makeLab(() => ({ save: (text: string) => text }))
  const save = (key: string, text: string) => task.with({ key, keyMode: 'drop-latest' }).save(text)
  const results = Promise.allSettled([save('a', 'first'), save('a', 'second'), save('b', 'other')])
  await settle()
  expect(await results).toMatchObject([
    { status: 'fulfilled', value: 'first' },
    {
      status: 'rejected',
      reason: {
        name: 'QueueFullError',
        code: 'dropped-latest',
        message: expect.stringContaining("a call of the same key is open (keyMode 'drop-latest')") as unknown,
      },
    },
    { status: 'fulfilled', value: 'other' },
  ])
  const next = save('a', 'third')
  await settle()
  expect(await next).toBe('third')
  expect(runtime.getRuntimeSnapshot().tasks[0]?.counts).toMatchObject({ rejected: 1, succeeded: 3 })
})

it('takes the next one as soon as the open one was aborted', async () => {
  const { task, settle } = makeLab(() => ({ save: (text: string) => text }))
  const saves = task.with({ key: 'a', keyMode: 'drop-latest' })
  const first = saves.save('first')
  first.catch(() => {})
  first.abort()
  const second = saves.save('second')
  await settle()
  await expect(first).rejects.toMatchObject({ code: 'aborted' })
  expect(await second).toBe('second')
})
