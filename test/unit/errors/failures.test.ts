/** What errors say: total, whatever was thrown; one full stop; advice that fits the cause. */
import { describe, expect, it, vi } from 'vitest'
import * as failures from '../../../src/errors/failures.ts'

const call: failures.FailingCall = {
  callId: 'call-1',
  method: 'read',
  taskId: 'files',
  phase: 'starting',
  attempt: 1,
}
const start = { code: 'start-failed', seen: 'nothing', script: '' } as const

const boom = (): never => {
  throw new Error('boom')
}

describe('the reason of an abort', () => {
  it.each([
    ['a text', 'enough', ': enough'],
    ['an error', new Error('enough'), ': enough'],
    ['what looks like an error', { name: 'Stop', message: 'enough' }, ': enough'],
    ['a message getter that throws', Object.defineProperty(new Error(), 'message', { get: boom }), ''],
    [
      'a message that is a symbol',
      Object.defineProperty(new Error(), 'message', { value: Symbol('s') }),
      ': Symbol(s)',
    ],
    ['a symbol', Symbol('s'), ''],
    ['a revoked proxy', revoked(), ''],
    ['an object without a prototype', Object.create(null), ''],
    ['nothing', undefined, ''],
  ])('is said: %s', (_what, reason, text) => {
    const error = failures.aborted(call, reason)
    expect(error.message).toBe(`files.read (call-1, starting) was aborted${text}`)
    expect(error.cause).toBe(reason)
  })
})

describe('a start that failed', () => {
  it.each([
    ['a symbol', Symbol('s'), 'the factory failed: Symbol(s)'],
    ['an object without a prototype', Object.create(null), 'the factory failed: [object Object]'],
    ['a toString that is a number', { toString: 5 }, 'the factory failed: [object Object]'],
    ['a revoked proxy', revoked(), 'the factory failed: a value that cannot be read'],
    ['an error', new ReferenceError('x'), 'the factory failed: ReferenceError: x'],
    ['nothing', undefined, 'the factory failed'],
  ])('says what was thrown: %s', (_what, cause, seen) => {
    expect(failures.seenWith('the factory failed', cause)).toBe(seen)
  })

  it('does not say it twice', () => {
    const seen = 'Uncaught TypeError: x is not a function'
    expect(failures.seenWith(seen, new TypeError('x is not a function'))).toBe(seen)
  })

  it.each<[string, Partial<failures.StartFailure>, RegExp]>([
    ['not found', {}, /Check that the URL exists/],
    ['late', { code: 'start-timeout' }, /Check that the URL exists/],
    [
      'late in setup',
      { code: 'start-timeout', isSettingUp: true },
      /setup is still running: raise startTimeoutMs/,
    ],
    ['setup threw', { isSettingUp: true }, /look at its setup$/],
    ['no Worker here', { stage: 'factory' }, /There is no Worker here.*withInProcessFallback/],
    [
      'a factory that throws for a later start',
      { stage: 'factory', isSettingUp: true },
      /There is no Worker here/,
    ],
    ['a broker that throws', { stage: 'broker', isSettingUp: true }, /shared\.broker.*BroadcastChannel$/],
    ['a syntax error', { stage: 'syntax' }, /does not parse.*\{ type: 'module' \}/],
    ['the script threw', { stage: 'script' }, /threw while it ran/],
    ['its server has none', { stage: 'missing' }, /Check the URL: bundlers include a worker file only/],
    [
      'its server has one',
      { stage: 'found' },
      /Check that it and what it imports parse and exist.*worker-src/,
    ],
    ['it serves nothing', { stage: 'unserved' }, /End the worker file with createTaskWorker\(handlers\)/],
    ['ended', { stage: 'end' }, /find out what ended it/],
  ])('advises what fits: %s', (_what, failure, advice) => {
    const text = failures.describeStart({ ...start, ...failure })
    expect(text).toMatch(advice)
    if (failure.isSettingUp || failure.stage) expect(text).not.toContain('URL exists')
  })

  it.each<[string, unknown, RegExp]>([
    [
      'a policy',
      new DOMException('no', 'SecurityError'),
      /own origin and allowed by the Content-Security-Policy/,
    ],
    ['no worker', new TypeError('it did not return a Worker'), /returns a new Worker at each call/],
    ['a slip', new ReferenceError('urll is not defined'), /worker option threw before there was a Worker/],
  ])('of a factory it advises what fits: %s', (_what, cause, advice) => {
    vi.stubGlobal('Worker', () => {})
    expect(failures.describeStart({ ...start, stage: 'factory', cause })).toMatch(advice)
    vi.unstubAllGlobals()
  })

  it.each(['Worker is not defined', 'Worker is not defined.', 'Worker is not defined. '])(
    'has one full stop after "%s"',
    (seen) => {
      const text = failures.describeStart({ ...start, seen, script: 'https://a/w.js' })
      expect(text).toMatch(/Seen: Worker is not defined\. Script: https:\/\/a\/w\.js\. Check/)
    },
  )

  it('says nothing of a script that is not known', () => {
    expect(failures.describeStart(start)).not.toContain('Script')
  })

  it('of a task that is out of service says so, why, since when, and what to do', () => {
    const failure = {
      ...start,
      seen: 'its setup threw: Error: locked',
      isSettingUp: true,
      script: 'https://a/w.js',
    }
    const error = failures.outOfService(call, failure, 4)
    expect(error).toMatchObject({ name: 'WorkerStartError', code: 'start-failed', script: 'https://a/w.js' })
    expect(error.message).toMatch(
      /^files\.read \(call-1, starting\) failed: its task is out of service, because 4 worker starts/,
    )
    expect(error.message).toContain('its setup threw: Error: locked.')
    expect(error.message).toContain('task.control.start()')
    expect(error.message).not.toContain('..')
  })
})

describe('the script of a factory', () => {
  it.each([
    [
      'source',
      "() => new Worker(new URL('./x.worker.ts', import.meta.url), { type: 'module' })",
      './x.worker.ts',
    ],
    [
      'with a comment',
      '()=>new Worker(new URL(/* @vite-ignore */ "/src/x.worker.ts", import.meta.url))',
      '/src/x.worker.ts',
    ],
    [
      'as Vite builds it',
      '()=>new Worker(""+new URL("/assets/x-1a.js",import.meta.url).href,{})',
      '/assets/x-1a.js',
    ],
    ['minified past it', '()=>new Worker(r.tu(new URL(r.p+r.u(7),r.b)))', undefined],
    ['another', '()=>e()', undefined],
  ])('is its URL, as far as it can be read: %s', (_what, text, url) => {
    const factory = Object.assign(() => {}, { toString: () => text })
    expect(failures.scriptOf(factory)).toBe(url ? `new URL('${url}', import.meta.url)` : '')
  })

  it('is nothing of a factory without a text', () => {
    expect(failures.scriptOf(Object.assign(() => {}, { toString: boom }))).toBe('')
  })
})

describe('what cannot be sent', () => {
  it.each([
    [
      'clone-args',
      'args[0].onClick',
      undefined,
      /failed: argument args\[0\]\.onClick cannot be cloned; leave it out/,
    ],
    [
      'clone-args',
      'args[0]\nwas transferred before',
      undefined,
      /failed: argument args\[0\] was transferred before$/,
    ],
    ['clone-args', 'transfer[1]\nis a view', undefined, /failed: transfer\[1\] is a view$/],
    ['clone-result', 'result.a', undefined, /failed: result result\.a cannot be cloned/],
  ] as const)('is named: %s %j', (code, culprit, cause, message) => {
    const error = failures.unclonable(call, code, culprit, cause)
    expect(error.message).toMatch(message)
    expect(error.path).toBe(culprit.split('\n')[0])
  })

  it('is an error whatever a forged reply names', () => {
    for (const culprit of [undefined, null, 5, {}, [], Object.create(null)])
      expect(failures.unclonable(call, 'clone-result', culprit)).toBeInstanceOf(Error)
  })
})

describe('a method that there is not', () => {
  const methods = ['search', 'suggest', 'count', 'ok']

  it.each([
    ['serach', 'search'],
    ['Search', 'search'],
    ['searches', 'search'],
    ['sugest', 'suggest'],
    ['coutn', 'count'],
  ])('%s: did you mean %s?', (written, meant) => {
    const { message } = failures.noMethod({ ...call, method: written }, methods)
    expect(message).toContain(
      `the worker has no method "${written}" (did you mean "${meant}"?); it has: search, suggest, count, ok`,
    )
  })

  it.each(['render', 'no', 'x', ''])('%j is near none', (written) => {
    const { message } = failures.noMethod({ ...call, method: written }, methods)
    expect(message).not.toContain('did you mean')
    expect(message).toContain('; it has: search, suggest, count, ok')
  })
})

it('methods that a forged message names are listed as text', () => {
  const methods = ['a', Object.create(null), { toString: 5 }] as string[]
  expect(failures.noMethod(call, methods).message).toContain('it has: a, ')
})

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {})
  revoke()
  return proxy
}
