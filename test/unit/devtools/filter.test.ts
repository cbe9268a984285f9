/** The language of the filter box. */
import { describe, expect, it } from 'vitest'
import { parseFilter, suggestions, termFor } from '../../../devtools/model/filter.ts'
import { call, ran } from './rows.ts'

const calls = [
  ran(0, 600, 700, { taskId: 'parse', taskName: 'Parse it', key: 'doc-7', traceName: 'doc:7' }),
  ran(0, 10, 3_000, { taskId: 'index', method: 'add', workerIndex: 1, status: 'failed', error: 'no room' }),
  call({ taskId: 'index', method: 'find', createdTime: 900, status: 'running', startedTime: 950 }),
  call({ taskId: 'index', method: 'find', createdTime: 100, status: 'blocked', workerIndex: undefined }),
]
const now = 1_000
const found = (text: string): number[] => {
  const { matches } = parseFilter(text)
  return calls.flatMap((each, index) => (matches(each, now) ? [index] : []))
}

describe('a filter', () => {
  it.each([
    ['', [0, 1, 2, 3]],
    ['index', [1, 2, 3]],
    ['INDEX find', [2, 3]],
    ['room', [1]],
    ['task:parse', [0]],
    ['task:"Parse it"', [0]],
    ['method:add', [1]],
    ['key:doc', [0]],
    ['trace:doc:7', [0]],
    ['status:failed', [1]],
    ['status:open', [2, 3]],
    ['status:running,blocked', [2, 3]],
    ['status:fail', [1]],
    ['worker:1', [1]],
    ['wait:>500', [0, 3]],
    ['wait:<=50', [1, 2]],
    ['wait:>0.5s', [0, 3]],
    ['run:>50', [0, 1]],
    ['run:50', [0, 1, 2]],
    ['total:>2s', [1]],
    ['-task:index', [0]],
    ['-find status:failed', [1]],
    ['"parse it"', [0]],
    ['unknown:word', []],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected)
    expect(parseFilter(text).problems).toEqual([])
  })

  it('leaves out what it does not understand, and names it', () => {
    expect(parseFilter('wait:soon worker:two status:odd status: run:>').problems).toEqual([
      'wait:soon',
      'worker:two',
      'status:odd',
      'status:',
      'run:>',
    ])
    expect(found('wait:soon task:parse')).toEqual([0])
  })
})

describe('suggestions', () => {
  it('complete the last word: names of terms, statuses, and what the calls have', () => {
    expect(suggestions('wait:>5 sta', calls)).toEqual(['wait:>5 status:'])
    expect(suggestions('status:b', calls)).toEqual(['status:blocked'])
    expect(suggestions('task:', calls)).toEqual(['task:"Parse it"', 'task:index', 'task:parse'])
    expect(suggestions('task:p', calls)).toEqual(['task:"Parse it"', 'task:parse'])
    expect(suggestions('method:find', calls)).toEqual([])
    expect(suggestions('', calls, 2)).toEqual(['task:', 'method:'])
    expect(suggestions('wait:', calls)).toEqual([])
  })

  it('are terms that a filter reads back', () => {
    expect(found(termFor('task', 'Parse it'))).toEqual([0])
  })
})
