/** A refusal is recognised by what this engine throws for values that fail by nature, whatever its class. */
import { afterEach, describe, expect, it, vi } from 'vitest'

class InternalError extends Error {}

/** The module, fresh, in an engine that words its refusals like this. */
async function inEngine(refusal: Error): Promise<{ isCloneFailure(error: unknown): boolean }> {
  vi.resetModules()
  vi.stubGlobal('structuredClone', (_value: unknown, options?: unknown) => {
    if (options === undefined) throw refusal
  })
  return import('../../../src/wire/clone-failure.ts')
}

afterEach(() => vi.unstubAllGlobals())

describe('isCloneFailure', () => {
  it('knows the exception of the specification, and a stack or memory that has run out', async () => {
    const { isCloneFailure } = await inEngine(new DOMException('', 'DataCloneError'))
    expect(isCloneFailure(new DOMException('no', 'DataCloneError'))).toBe(true)
    expect(isCloneFailure(new RangeError('Maximum call stack size exceeded'))).toBe(true)
    expect(isCloneFailure(new DOMException('no', 'AbortError'))).toBe(false)
  })

  it('knows a TypeError where the engine refuses with one, and no other', async () => {
    const { isCloneFailure } = await inEngine(new TypeError('Type error'))
    expect(isCloneFailure(new TypeError('Type error'))).toBe(true)
    expect(isCloneFailure(new TypeError('x is undefined'))).toBe(false)
  })

  it('takes no TypeError for one where the engine has its own exception', async () => {
    const { isCloneFailure } = await inEngine(new DOMException('Type error', 'DataCloneError'))
    expect(isCloneFailure(new TypeError('Type error'))).toBe(false)
    expect(isCloneFailure(new TypeError())).toBe(false)
  })

  it('takes an error of a getter for what it is', async () => {
    const { isCloneFailure } = await inEngine(new DOMException('', 'DataCloneError'))
    const errors = [new Error('mine'), new RangeError('mine'), new InternalError('mine')]
    for (const thrown of [...errors, 'text', undefined, null]) {
      expect(isCloneFailure(thrown)).toBe(false)
    }
  })
})
