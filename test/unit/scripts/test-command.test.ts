import { describe, expect, it } from 'vitest'
import { countTests, failureList, table, totals } from '../../../scripts/lib/test-report.mjs'
import { batchesOf, selectSteps, steps } from '../../../scripts/lib/test-steps.mjs'

const outcome = (name: string, passed: number, failed: number) => ({
  name,
  passed,
  failed,
  skipped: 0,
  seconds: 1,
  status: failed ? ('failed' as const) : ('passed' as const),
})

describe('countTests', () => {
  it('takes the counts of the report', () => {
    const report = { numPassedTests: 5, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }
    expect(countTests(1, report)).toMatchObject({ passed: 5, failed: 2, skipped: 2 })
  })

  it('counts a run that failed without a failed test as one failure', () => {
    expect(countTests(1, { numPassedTests: 5 })).toMatchObject({ passed: 5, failed: 1 })
    expect(countTests(1)).toMatchObject({ passed: 0, failed: 1 })
  })

  it('counts a run in which nothing ran as a failure, whatever its exit code', () => {
    expect(countTests(0, { numPassedTests: 0 })).toMatchObject({ failed: 1, note: 'no test ran' })
  })
})

describe('totals', () => {
  it('sums, and is good only when something ran, nothing failed and nothing was left out', () => {
    expect(totals([outcome('a', 3, 0), outcome('b', 1, 0)])).toEqual({
      passed: 4,
      failed: 0,
      skipped: 0,
      ok: true,
      line: '4 passed, 0 failed',
    })
    expect(totals([outcome('a', 3, 1)])).toMatchObject({ passed: 3, failed: 1, ok: false })
    expect(totals([])).toMatchObject({ ok: false })
    expect(totals([outcome('a', 1, 0), { ...outcome('b', 0, 0), status: 'not run' }])).toMatchObject({
      ok: false,
    })
  })
})

describe('a step that was skipped', () => {
  const skipped = { ...outcome('webkit', 0, 0), skipped: 1, status: 'skipped' as const, note: 'no WebKit' }

  it('shows in the last line, and fails nothing', () => {
    expect(totals([outcome('a', 3, 0), skipped])).toMatchObject({
      ok: true,
      line: '3 passed, 0 failed, 1 skipped',
    })
    expect(table([skipped])).toMatch(/^webkit +skipped .* no WebKit$/m)
  })

  it('is not enough by itself', () => {
    expect(totals([skipped])).toMatchObject({ ok: false })
  })
})

it('the table has a row for each step, its columns in line', () => {
  const [head = '', first = ''] = table([outcome('unit', 12, 0), outcome('browser', 3, 1)]).split('\n')
  expect(first).toMatch(/^unit +passed +12 +0 +0 +1\.0 s$/)
  expect(head.indexOf('status')).toBe(first.indexOf('passed'))
})

describe('selectSteps', () => {
  it('runs all when none is named, each once', () => {
    expect(selectSteps([])).toBe(steps)
    expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length)
  })

  it('keeps the order of the list and brings what a step needs', () => {
    expect(selectSteps(['dist', 'unit']).map(({ name }) => name)).toEqual(['unit', 'build', 'dist'])
  })

  it('names the steps there are when one is unknown', () => {
    expect(() => selectSteps(['unti'])).toThrow(/^No step unti\. There are: format .* bench$/)
  })
})

describe('failureList', () => {
  it('names each failed test, and each file that failed as a whole, with what they say', () => {
    const report = {
      numFailedTests: 1,
      testResults: [
        {
          name: 'a.test.ts',
          assertionResults: [
            { fullName: 'adds', status: 'failed', failureMessages: ['expected 1 to be 2\n    at line 3'] },
            { fullName: 'works', status: 'passed' },
          ],
        },
        { name: 'b.test.ts', message: 'no such module', assertionResults: [] },
      ],
    }
    const unit = { name: 'unit', status: 'failed' as const, seconds: 1, ...countTests(1, report) }
    const [first, second] = failureList([unit])
    expect(first).toMatch(/^unit: a\.test\.ts > adds\n\s+expected 1 to be 2\n/)
    expect(second).toMatch(/^unit: b\.test\.ts\n\s+no such module$/)
  })
})

describe('batchesOf', () => {
  const step = (name: string, beside?: string) => ({
    name,
    about: '',
    commands: [],
    ...(beside && { beside }),
  })
  const names = (list: Parameters<typeof batchesOf>[0]) =>
    batchesOf(list).map((batch) => batch.map(({ name }) => name))

  it('runs a step beside the one it names, and alone where that one is left out', () => {
    expect(names([step('a'), step('b', 'a'), step('c')])).toEqual([['a', 'b'], ['c']])
    expect(names([step('c'), step('b', 'a')])).toEqual([['c'], ['b']])
  })

  it('runs no step beside one that it needs', () => {
    for (const batch of batchesOf(steps)) {
      for (const { needs } of batch) expect(batch.map(({ name }) => name)).not.toContain(needs)
    }
  })
})
