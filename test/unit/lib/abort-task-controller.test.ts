/** Aborts by key: what is open now, what comes later, and the signals that were given out. */
import { describe, expect, it } from 'vitest'
import { AbortTaskController } from '../../../src/lib/abort-task-controller.ts'
import { makeLab, shown, watch } from '../support/lab.ts'

const member = () => {
  const reasons: unknown[] = []
  return { reasons, onSignal: (reason: unknown) => reasons.push(reason) }
}
/** Keys that the controller holds something for. */
const held = (keys: AbortTaskController) => {
  const { open, stuck, controllers } = keys as unknown as Record<string, Map<string, unknown>>
  return [open, stuck, controllers].map((map) => map?.size)
}

describe('AbortTaskController', () => {
  it('aborts what is open with the key, with the reason, and nothing else', () => {
    const keys = new AbortTaskController()
    const [mine, other] = [member(), member()]
    keys.add('mine', mine)
    keys.add('other', other)
    const reason = new Error('why')
    keys.abort('mine', reason)
    keys.abort('mine', reason)
    expect(mine.reasons).toEqual([reason])
    expect(other.reasons).toEqual([])
  })

  it('has a reason of its own, which names the key', () => {
    const keys = new AbortTaskController()
    const signal = keys.signal('photo-1')
    keys.abort('photo-1')
    expect(signal.reason).toBeInstanceOf(DOMException)
    expect(signal.reason).toMatchObject({
      name: 'AbortError',
      message: expect.stringContaining('photo-1') as string,
    })
  })

  it('gives one signal for a key until it is aborted, and then another', () => {
    const keys = new AbortTaskController()
    const first = keys.signal('a')
    expect(keys.signal('a')).toBe(first)
    keys.abort('a', 'why')
    const second = keys.signal('a')
    expect([first.aborted, first.reason, second.aborted]).toEqual([true, 'why', false])
  })

  it('aborts later calls too only when it is told to, until the key is cleared', () => {
    const keys = new AbortTaskController()
    keys.abort('once')
    keys.abort('for good', 'why', { sticky: true })
    keys.abort('also', 'why', { sticky: true })
    expect(['once', 'for good', 'also'].map((key) => keys.isAborted(key))).toEqual([false, true, true])
    expect(keys.signal('for good')).toMatchObject({ aborted: true, reason: 'why' })
    keys.clear('for good')
    expect([keys.isAborted('for good'), keys.signal('for good').aborted]).toEqual([false, false])
    keys.clear()
    expect(keys.isAborted('also')).toBe(false)
  })

  it('aborts many keys in one turn', () => {
    let turns = 0
    let depth = 0
    const keys = new AbortTaskController((fn) => {
      if (depth++ === 0) turns++
      fn()
      depth--
    })
    const members = ['a', 'b', 'c'].map((key) => {
      const each = member()
      keys.add(key, each)
      return each
    })
    keys.abortMany(['a', 'b', 'c', 'nobody'], 'why')
    expect(members.map(({ reasons }) => reasons)).toEqual([['why'], ['why'], ['why']])
    expect(turns).toBe(1)
  })

  it('holds nothing for a hundred thousand keys that were used once', () => {
    const keys = new AbortTaskController()
    for (let index = 0; index < 100_000; index++) {
      const each = member()
      keys.add(`key ${index}`, each)
      if (index % 2 === 0) keys.abort(`key ${index}`)
      keys.remove(`key ${index}`, each)
    }
    expect(held(keys)).toEqual([0, 0, 0])
  })

  it('keeps who came with the key while it was being aborted', () => {
    const keys = new AbortTaskController()
    const late = member()
    keys.add('a', { onSignal: () => keys.add('a', late) })
    keys.abort('a')
    expect(late.reasons).toEqual([])
    keys.abort('a', 'why')
    expect(late.reasons).toEqual(['why'])
  })
})

describe('a runtime', () => {
  const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })

  it('aborts the calls of a key in every state, and lets later ones run', async () => {
    const lab = makeLab(handlers, { maxQueueDepth: 1, abortGraceMs: 1 })
    const keyed = lab.task.with({ key: 'a' })
    const fates = [keyed.wait(), keyed.echo(1), keyed.echo(2), lab.task.echo(3)].map(watch)
    await lab.settle()
    expect(lab.task.control.getSnapshot().queue).toMatchObject({ inFlight: 1, pending: 1, blocked: 2 })
    lab.runtime.abort({ key: 'a' }, new Error('why'))
    const later = watch(keyed.echo(4))
    await lab.settle()
    lab.clock.advance(3_000)
    await lab.settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 'aborted', 'aborted', 3])
    expect(shown(later())).toBe(4)
  })

  it('turns calls of a sticky key away before they are queued', async () => {
    const lab = makeLab(handlers)
    const reason = new Error('why')
    lab.runtime.abort({ key: 'a', sticky: true }, reason)
    const fate = watch(lab.task.with({ key: 'a' }).echo(1))
    await lab.settle()
    expect(fate()).toMatchObject({ status: 'rejected', reason: { code: 'aborted', cause: reason } })
    expect(lab.workers).toEqual([])
  })
})
