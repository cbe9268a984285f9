/** `transfer(value, list)` on the page: the mark goes with the argument, whoever sends it. */
import { afterEach, describe, expect, it } from 'vitest'
import { transfer } from '../../../src/wire/transfer.ts'
import type { TaskRuntime } from '../../../src/types/runtime.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { makeLab, watch } from '../support/lab.ts'

interface Parts {
  readonly whole: ArrayBuffer
  readonly part: Uint8Array<ArrayBuffer>
}

const handlers = (made: Parts[]) => ({
  /** A buffer that is seen whole, and one of which only a part is. */
  parts(mark: 'marked' | 'empty'): Parts {
    const parts = { whole: new ArrayBuffer(4), part: new Uint8Array(8).subarray(2) }
    made.push(parts)
    return transfer(parts, mark === 'empty' ? [] : [parts.part.buffer])
  },
  size: (value: { buffer: ArrayBuffer } | ArrayBuffer, other?: ArrayBuffer) =>
    ('buffer' in value ? value.buffer.byteLength : value.byteLength) + (other?.byteLength ?? 0),
})

const runtimes: TaskRuntime[] = []
const lab = (config: Partial<TaskConfig<ReturnType<typeof handlers>>> = {}) => {
  const made: Parts[] = []
  const whole = makeLab(() => handlers(made), config)
  runtimes.push(whole.runtime)
  return { ...whole, made }
}

afterEach(() => {
  for (const runtime of runtimes.splice(0)) runtime.dispose()
})

describe('transfer() of an argument', () => {
  it('moves what is named, in any argument, and nothing of other calls', async () => {
    const { task, settle } = lab()
    const [moved, second, cloned] = [new ArrayBuffer(8), new ArrayBuffer(4), new ArrayBuffer(2)]
    const calls = Promise.all([
      task.size(transfer({ buffer: moved }, [moved]), transfer(second, [second])),
      task.size(cloned),
    ])
    await settle()
    expect(await calls).toEqual([12, 2])
    expect([moved, second, cloned].map(({ byteLength }) => byteLength)).toEqual([0, 0, 2])
  })

  it('joins the list of with(), which may name the same', async () => {
    const { task, settle } = lab()
    const [one, two] = [new ArrayBuffer(8), new ArrayBuffer(4)]
    const call = task.with({ transfer: [one, two] }).size(transfer(one, [one]), two)
    await settle()
    expect(await call).toBe(12)
    expect([one.byteLength, two.byteLength]).toEqual([0, 0])
  })

  it.each(['with', 'defaults'])(
    'joins what "auto" finds, which leaves out what is seen in part: %s',
    async (where) => {
      const { task, settle } = lab(where === 'defaults' ? { defaults: { transfer: 'auto' } } : {})
      const [whole, part] = [new ArrayBuffer(4), new Uint8Array(8).subarray(2)]
      const call = (where === 'with' ? task.with({ transfer: 'auto' }) : task).size(
        transfer(part, [part.buffer]),
        whole,
      )
      await settle()
      expect([await call, whole.byteLength, part.byteLength]).toEqual([12, 0, 0])
    },
  )

  it('of a result joins what "auto" finds there, and an empty one says that nothing moves', async () => {
    const { task, settle, made } = lab()
    const moved = task.with({ transferResult: 'auto' }).parts('marked')
    const copied = task.with({ transferResult: 'auto' }).parts('empty')
    await settle()
    expect([(await moved).part.byteLength, (await copied).part.byteLength]).toEqual([6, 6])
    expect(made.map(({ whole, part }) => [whole.byteLength, part.byteLength])).toEqual([
      [0, 0],
      [4, 6],
    ])
  })

  it('lets a list depend on each input of map', async () => {
    const { task, settle } = lab()
    const buffers = [1, 2, 3, 4, 5].map((bytes) => new ArrayBuffer(bytes))
    const inputs = buffers.map((buffer) => transfer({ buffer }, [buffer]))
    const results: number[] = []
    const all = watch(
      (async () => {
        for await (const size of task.control.map('size', inputs, { ordered: true })) results.push(size)
      })(),
    )
    for (let turn = 0; all().status === 'open' && turn < 50; turn++) await settle()
    expect(results).toEqual([1, 2, 3, 4, 5])
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0, 0])
  })

  it('names what cannot be transferred', async () => {
    const { task, settle } = lab()
    const used = new ArrayBuffer(8)
    structuredClone(used, { transfer: [used] })
    const fate = watch(task.size(transfer({ buffer: used }, [used])))
    await settle()
    expect(fate()).toMatchObject({ status: 'rejected', reason: { code: 'clone-args' } })
    expect(() => transfer(used, used as never)).toThrow('list must be an array')
  })
})
