/** Who has a call that was handed ahead: the worker that runs it, or the page that takes it back. Never both, never neither. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Claims as PageClaims } from '../../../src/channel/claims.ts'
import { CLAIM_WORDS, claimLock } from '../../../src/wire/protocol.ts'
import { Claims as WorkerClaims } from '../../../src/worker/claims.ts'
import { drain } from '../support/lab.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** Both sides, over memory that they share. */
function shared() {
  vi.stubGlobal('crossOriginIsolated', true)
  const page = new PageClaims('atelier:test')
  const worker = new WorkerClaims(undefined)
  worker.open(page.words, page.base)
  return { page, worker }
}

describe('by shared memory', () => {
  it('the worker has what it claims first, until the call has left it', () => {
    const { page, worker } = shared()
    const earlier = page.open()
    const claim = page.open()
    expect([earlier > 0, claim > earlier, page.areSafe, page.isRunning(claim)]).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect(worker.claim(claim)).toBe(true)
    expect([page.take(claim), page.isRunning(claim)]).toEqual([false, true])
    page.close(claim)
    expect([page.isRunning(claim), page.words?.[claim % CLAIM_WORDS]]).toEqual([false, 0])
  })

  it('the page has what it takes first', () => {
    const { page, worker } = shared()
    const claim = page.open()
    expect([page.take(claim), page.take(claim), worker.claim(claim)]).toEqual([true, false, false])
    expect(page.isRunning(claim)).toBe(false)
  })

  it('nobody has what was closed unclaimed', () => {
    const { page, worker } = shared()
    const claim = page.open()
    page.close(claim)
    expect([page.take(claim), worker.claim(claim)]).toEqual([false, false])
  })

  it('a word serves the next call when it is free, and none while it is not', () => {
    const { page } = shared()
    const claims = Array.from({ length: CLAIM_WORDS }, () => page.open())
    expect(new Set(claims).size).toBe(CLAIM_WORDS)
    expect(claims.every((claim) => claim > 0)).toBe(true)
    expect(page.open()).toBe(0)
    for (const claim of claims) page.close(claim)
    expect(page.open()).toBeGreaterThan(0)
  })

  it('a new claim is found though the words of the next seven are taken, not of more', () => {
    const { page } = shared()
    const words = page.words as Int32Array
    for (let claim = 1; claim <= 7; claim++) words[claim] = claim
    expect(page.open()).toBe(8)
    const { page: other } = shared()
    for (let claim = 1; claim <= 8; claim++) (other.words as Int32Array)[claim] = claim
    expect(other.open()).toBe(0)
  })

  it('a late word of an earlier call with the same word changes nothing', () => {
    const { page, worker } = shared()
    const claim = page.open()
    const earlier = claim + CLAIM_WORDS
    expect([worker.claim(earlier), page.take(earlier), page.isRunning(earlier)]).toEqual([
      false,
      false,
      false,
    ])
    page.close(earlier)
    expect(worker.claim(claim)).toBe(true)
    page.close(earlier)
    expect(page.isRunning(claim)).toBe(true)
  })

  it('0 is no claim', () => {
    const { page } = shared()
    page.close(0)
    expect([page.take(0), page.isRunning(0)]).toEqual([false, false])
    expect(page.open()).toBeGreaterThan(0)
  })
})

describe('without shared memory', () => {
  it('nothing is claimed where there are no locks: the worker runs what it has', () => {
    const page = new PageClaims('atelier:test')
    const worker = new WorkerClaims(undefined)
    worker.open(page.words, page.base)
    expect([page.words, page.areSafe, page.open(), page.take(1), page.isRunning(1)]).toEqual([
      null,
      false,
      0,
      false,
      false,
    ])
    page.close(1)
    expect(worker.claim(1)).toBe(true)
  })

  it('each call has another claim where there are locks, and each worker other names', () => {
    const [page, other] = [new PageClaims('atelier:one'), new PageClaims('atelier:two')]
    page.hasLocks = true
    expect([page.areSafe, page.open(), page.open()]).toEqual([true, 1, 2])
    expect(page.base).not.toBe(other.base)
  })
})

/** Locks of which a test says whether they are free. */
function lockable(isFree: () => boolean) {
  const holds: Promise<unknown>[] = []
  const names: string[] = []
  const request = async (
    name: string,
    options: LockOptions,
    run: (lock: object | null) => unknown,
  ): Promise<unknown> => {
    names.push(name)
    expect(options).toEqual({ ifAvailable: true })
    await Promise.resolve()
    const hold = Promise.resolve(run(isFree() ? {} : null))
    holds.push(hold)
    return hold
  }
  const locks = { request } as unknown as LockManager
  vi.stubGlobal('navigator', { locks })
  return { locks, names, holds }
}

const isOver = async (promise: Promise<unknown> | undefined): Promise<boolean> => {
  let over = false
  void promise?.then(() => {
    over = true
  })
  await drain()
  return over
}

describe('the locks of the page', () => {
  const unreachable = () => expect.unreachable()

  it('are its own from the moment it asks, are granted later, and held until it lets go', async () => {
    const { names, holds } = lockable(() => true)
    const page = new PageClaims('atelier:test')
    let taken = 0
    page.takeLock(5, () => taken++, unreachable)
    page.takeLock(5, () => taken++, unreachable)
    expect([page.has(5), page.has(6), taken, names]).toEqual([true, false, 0, [claimLock(page.base, 5)]])
    await drain()
    expect([taken, page.has(5), await isOver(holds[0])]).toEqual([1, true, false])
    page.letGo(5)
    expect([page.has(5), await isOver(holds[0])]).toEqual([false, true])
  })

  it('are not its own when the worker has them', async () => {
    const { holds } = lockable(() => false)
    const page = new PageClaims('atelier:test')
    let refused = 0
    page.takeLock(5, unreachable, () => refused++)
    await drain()
    expect([page.has(5), await isOver(holds[0]), refused]).toEqual([false, true, 1])
  })

  it('are let go at once where nobody wants them any more when they are granted', async () => {
    const { holds } = lockable(() => true)
    const page = new PageClaims('atelier:test')
    page.takeLock(5, unreachable, unreachable)
    page.letGo(5)
    await drain()
    expect([page.has(5), await isOver(holds[0])]).toEqual([false, true])
  })

  it('are let go with the worker', async () => {
    const { holds } = lockable(() => true)
    const page = new PageClaims('atelier:test')
    page.takeLock(5, () => {}, unreachable)
    page.takeLock(6, () => {}, unreachable)
    await drain()
    page.end()
    expect([page.has(5), page.has(6), await isOver(holds[0]), await isOver(holds[1])]).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  it('that are refused by the browser are not its own', async () => {
    vi.stubGlobal('navigator', {
      locks: {
        request: () => Promise.reject(new DOMException('x', 'SecurityError')),
      },
    })
    const page = new PageClaims('atelier:test')
    let refused = 0
    page.takeLock(5, unreachable, () => refused++)
    await drain()
    expect([page.has(5), refused]).toEqual([false, 1])
  })
})

describe('the locks of the worker', () => {
  it('are let go when they are granted after the last call of their claim has left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { locks, holds } = lockable(() => true)
    const worker = opened(locks)
    worker.arrived(3)
    void worker.claim(3)
    worker.left(3)
    await drain()
    expect(await isOver(holds[0])).toBe(false)
    vi.advanceTimersByTime(100)
    expect(await isOver(holds[0])).toBe(true)
  })

  const opened = (locks: LockManager, base: unknown = 'base'): WorkerClaims => {
    const worker = new WorkerClaims(locks)
    worker.open(null, base)
    return worker
  }

  it('are asked for once for all calls of a claim', async () => {
    const { locks, names } = lockable(() => true)
    const worker = opened(locks)
    expect(await worker.claim(3)).toBe(true)
    expect([worker.claim(3), names]).toEqual([true, [claimLock('base', 3)]])
    expect(await worker.claim(4)).toBe(true)
    expect(names.length).toBe(2)
  })

  it('refused, are refused for all calls of the claim, and for no others', async () => {
    let isFree = false
    const { locks, names } = lockable(() => isFree)
    const worker = opened(locks)
    expect(await worker.claim(3)).toBe(false)
    expect([worker.claim(3), names.length]).toEqual([false, 1])
    isFree = true
    expect(await worker.claim(4)).toBe(true)
  })

  it('are held until the page has heard of the last call of the claim, and no longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { locks, holds } = lockable(() => true)
    const worker = opened(locks)
    worker.arrived(3)
    worker.arrived(3)
    await worker.claim(3)
    worker.left(3)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await isOver(holds[0])).toBe(false)
    worker.left(3)
    await vi.advanceTimersByTimeAsync(99)
    expect(await isOver(holds[0])).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await isOver(holds[0])).toBe(true)
  })

  it('go on being held where another call of the claim comes before the page has heard of the last', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { locks, holds } = lockable(() => true)
    const worker = opened(locks)
    worker.arrived(1)
    await worker.claim(1)
    worker.left(1)
    worker.arrived(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect([worker.claim(1), await isOver(holds[0])]).toEqual([true, false])
    worker.left(1)
    await vi.advanceTimersByTimeAsync(100)
    expect(await isOver(holds[0])).toBe(true)
  })

  it('are let go once, though the last call of the claim was over twice', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { locks, holds } = lockable(() => true)
    const worker = opened(locks)
    worker.arrived(3)
    await worker.claim(3)
    worker.left(3)
    worker.arrived(3)
    worker.left(3)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await isOver(holds[0])).toBe(true)
  })

  it('are held as long as one of three calls is not over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { locks, holds } = lockable(() => true)
    const worker = opened(locks)
    for (let call = 0; call < 3; call++) worker.arrived(3)
    await worker.claim(3)
    worker.left(3)
    worker.left(3)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await isOver(holds[0])).toBe(false)
    worker.left(3)
    await vi.advanceTimersByTimeAsync(100)
    expect(await isOver(holds[0])).toBe(true)
  })

  it('are asked for again when they were let go', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { locks, names } = lockable(() => true)
    const worker = opened(locks)
    worker.arrived(3)
    await worker.claim(3)
    worker.left(3)
    await vi.advanceTimersByTimeAsync(100)
    expect([await worker.claim(3), names.length]).toEqual([true, 2])
  })

  it('that the browser refuses are granted: the page has none either', async () => {
    const locks = {
      request: () => Promise.reject(new Error('opaque origin')),
    } as unknown as LockManager
    const worker = opened(locks)
    expect(await worker.claim(3)).toBe(true)
    expect(worker.claim(3)).toBe(true)
  })

  it('are not asked for where the page gave no name', () => {
    const { locks, names } = lockable(() => false)
    expect([opened(locks, null).claim(3), opened(locks, 7).claim(3), names]).toEqual([true, true, []])
  })
})

it('what the page sends in place of memory is no memory', () => {
  const worker = new WorkerClaims(undefined)
  worker.open('memory', undefined)
  worker.open(undefined, undefined)
  expect(worker.claim(3)).toBe(true)
})
