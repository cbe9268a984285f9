/** What the codemod makes of codes, phases and `transferResult`. */
import { expect, it, vi } from 'vitest'
import { edits as codes } from '../../../scripts/codemod/transforms/codes.mjs'
import { edits as taskOptions } from '../../../scripts/codemod/transforms/task-options.mjs'
import { rewritten } from './support.ts'

// Each makes a program of the compiler's.
vi.setConfig({ testTimeout: 60_000 })

const head = `import { type AnyAtelierError, type AtelierErrorCode, isAtelierError, QueueFullError, type Task, taskOptions } from 'atelier-react/core'
declare const task: Task<{ resize(size: number): number }>
declare const error: unknown
`

it('the code and the phase have new words, where they are Atelier’s', () => {
  const before = `${head}if (error instanceof QueueFullError && error.code === 'rejected') throw error
if (isAtelierError(error, 'rejected', "aborted")) console.log(['rejected', 'max-blocked'].includes(error.code))
const code: AtelierErrorCode = 'rejected'
function phaseOf(failed: AnyAtelierError) {
  switch (failed.phase) {
    case 'queued':
      return 'queued'
    default:
      return failed.phase !== "queued" && code
  }
}
declare const settled: PromiseSettledResult<number>
if (settled.status === 'rejected') phaseOf(settled.reason)
declare const activity: 'none' | 'queued' | 'running'
const isQueued = activity === 'queued'
`
  expect(
    rewritten(before, [codes]),
  ).toBe(`${head}if (error instanceof QueueFullError && error.code === 'queue-full') throw error
if (isAtelierError(error, 'queue-full', "aborted")) console.log(['queue-full', 'max-blocked'].includes(error.code))
const code: AtelierErrorCode = 'queue-full'
function phaseOf(failed: AnyAtelierError) {
  switch (failed.phase) {
    case 'pending':
      return 'queued'
    default:
      return failed.phase !== "pending" && code
  }
}
declare const settled: PromiseSettledResult<number>
if (settled.status === 'rejected') phaseOf(settled.reason)
declare const activity: 'none' | 'queued' | 'running'
const isQueued = activity === 'queued'
`)
})

it('transferResult: true is ’auto’, of calls, methods and defaults', () => {
  const before = `${head}declare const isLarge: boolean
void task.with({ transferResult: true }).resize(1)
void task.with({ transferResult: isLarge }).resize(1)
void task.with({ transferResult: false }).resize(1)
const others = { transferResult: true }
taskOptions<{ resize(size: number): number }>({ type: 'parallel', worker: () => new Worker(''), transferResult: true, methods: { resize: { transferResult: true } } })
`
  const after = rewritten(before, [taskOptions, codes])
  expect(after.replaceAll(/\s+/g, ' ')).toBe(
    `${head}declare const isLarge: boolean
void task.with({ transferResult: 'auto' }).resize(1)
void task.with({ transferResult: isLarge ? 'auto' : false }).resize(1)
void task.with({ transferResult: false }).resize(1)
const others = { transferResult: true }
taskOptions<{ resize(size: number): number }>({ type: 'parallel', worker: () => new Worker(''), methods: { resize: { transferResult: 'auto' } }, defaults: { transferResult: 'auto' } })
`.replaceAll(/\s+/g, ' '),
  )
})
