/** Messages that are none of the protocol's, or malformed ones of it: nobody may crash of them, and nothing may settle. */
import {
  BEAT,
  CALLS,
  CANCEL,
  CREDIT,
  FAILED,
  ITEMS,
  LOCKED,
  OPEN,
  PROGRESS,
  READY,
  REPLIES,
  RESULT,
  TAKE_BACK,
} from '../../../src/wire/protocol.ts'

const foreign: readonly unknown[] = [
  'hello',
  null,
  undefined,
  42,
  { id: 1, result: 'forged' },
  [],
  [1, 2, 3],
  [null],
  new Map([[0, REPLIES]]),
]

/** What a worker may send by mistake while the call with this wire id is open. */
export function junkForPage(id: number): unknown[] {
  return [
    ...foreign,
    [REPLIES],
    [REPLIES, 0],
    [REPLIES, 0, id],
    [REPLIES, 0, [id]],
    [REPLIES, 0, [id, RESULT, 0, 0]],
    [REPLIES, 0, [id, RESULT, 0, 0], []],
    [REPLIES, 0, [id, 99, 0, 0], ['forged']],
    [REPLIES, 0, [id, 'RESULT', 0, 0], ['forged']],
    [REPLIES, 'x', [id, RESULT, 0, 0], ['forged']],
    [REPLIES, 0, [{}, RESULT, 0, 0], ['forged']],
    [PROGRESS],
    [PROGRESS, {}, 1],
    [ITEMS],
    [ITEMS, {}, 'forged'],
    [BEAT],
    [READY],
    [READY, 'no list'],
    [READY, 99, ['forged'], 0, true],
    [READY, ['forged'], 0, true],
    [LOCKED],
    [LOCKED, 7],
    [FAILED],
    [FAILED, 'no error'],
  ]
}

/** What a page may send past the library while the call with this wire id is open. */
export function junkForWorker(id: number): unknown[] {
  return [
    ...foreign,
    [CALLS],
    [CALLS, 'x'],
    [CALLS, [0, 99, 0]],
    [CALLS, [0, 99, 0, 0], [], []],
    [CALLS, [0, 0, 0, 'many'], [], []],
    [CALLS, [0, 0, 0, 1e9], [], []],
    [CALLS, [0, 0, 0, -4], [], []],
    [CALLS, [0, 0, 0, 0]],
    [CALLS, {}, {}, {}],
    [CANCEL],
    [CANCEL, 0, true],
    [CREDIT],
    [CREDIT, id],
    [CREDIT, id, 'many'],
    [TAKE_BACK, {}, null],
    [OPEN],
    [OPEN, 'x'],
    [OPEN, 0],
    [OPEN, Number.NaN],
  ]
}
