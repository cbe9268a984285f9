/** One factory per way a call can fail, so that every message says what happened, to which call, and what to do. */
import { didYouMean } from '../lib/nearest.ts'
import { inBurst, sharedInBurst } from './burst.ts'
import { advice, isDevelopment } from '../lib/warn.ts'
import { remedyOf, type StartFailure } from './start-advice.ts'
import { isError, messageOf, nameOf, toText } from '../lib/words.ts'
import {
  type AtelierErrorCode,
  type AtelierErrorInfo,
  type CallPhase,
  QueueFullError,
  SessionLostError,
  TaskAbortError,
  TaskCloneError,
  TaskDisposedError,
  TaskMethodError,
  TaskTimeoutError,
  WorkerCrashedError,
  WorkerStartError,
} from './errors.ts'

export type { StartFailure } from './start-advice.ts'

/** What a message needs to know of a call. */
export interface FailingCall {
  readonly callId: string
  readonly method: string
  readonly taskId: string
  readonly phase: CallPhase
  readonly attempt: number
}

function info(call: FailingCall, code: AtelierErrorCode, cause?: unknown): AtelierErrorInfo {
  return {
    code,
    cause,
    taskId: call.taskId,
    method: call.method,
    callId: call.callId,
    phase: call.phase,
  }
}

/** Names the call and, in production, the address of the page that says what to do. In development the message contains the advice. */
function say(call: FailingCall, code: AtelierErrorCode, what: string): string {
  const more = isDevelopment() ? '' : ` (https://atelier-react.github.io/atelier/troubleshooting#${code})`
  return `${call.taskId}.${call.method} (${call.callId}, ${call.phase}) ${what}${more}`
}

/** The text of a reason for an abort; empty for a reason without text. */
function textOf(reason: unknown): string {
  if (typeof reason === 'string') return reason
  return isError(reason) || nameOf(reason) ? messageOf(reason) : ''
}

/** Aborted by a signal, a key, `call.abort()`, `stop()` or a parked runtime. */
export function aborted(call: FailingCall, reason: unknown): TaskAbortError {
  return sharedInBurst(
    (error: TaskAbortError) =>
      error.method === call.method &&
      error.phase === call.phase &&
      error.taskId === call.taskId &&
      Object.is(error.cause, reason),
    (isOneOfMany) => {
      const text = textOf(reason)
      const why = `was aborted${text ? `: ${text}` : ''}`
      if (!isOneOfMany) return new TaskAbortError(say(call, 'aborted', why), info(call, 'aborted', reason))
      const { taskId, method, phase, attempt } = call
      const names = { taskId, method, phase, attempt, callId: 'one of many calls' }
      return new TaskAbortError(say(names, 'aborted', why), {
        ...info(call, 'aborted', reason),
        callId: undefined,
      })
    },
  )
}

/** Replaced by a newer call of the same key. */
export function superseded(call: FailingCall, by: string): TaskAbortError {
  return inBurst(
    () =>
      new TaskAbortError(
        say(call, 'superseded', `was superseded by ${by}, a newer call of its key`),
        info(call, 'superseded'),
      ),
  )
}

/** One of the three timeouts ran out. */
export function timedOut(call: FailingCall, kind: 'queue' | 'run' | 'total', ms: number): TaskTimeoutError {
  const todo = advice(
    {
      queue: ': raise timeoutMs.queue, maxInFlight or maxWorkers',
      run: ': raise timeoutMs.run, or split the work',
      total: ': raise timeoutMs (total), or split the work',
    }[kind],
  )
  return new TaskTimeoutError(
    say(call, `timeout-${kind}`, `exceeded its ${kind} timeout of ${ms} ms${todo}`),
    info(call, `timeout-${kind}`),
  )
}

/** Turned away by, or dropped from, a full queue. */
export function queueFull(
  call: FailingCall,
  code: 'queue-full' | 'dropped-latest' | 'dropped-oldest' | 'max-blocked',
  limit: number,
): QueueFullError {
  const what = {
    'queue-full': `was rejected: the queue is full (maxQueueDepth ${limit})`,
    'dropped-latest': `was dropped as the latest: the queue is full (maxQueueDepth ${limit})`,
    'dropped-oldest': `was dropped as the oldest for a newer call: the queue is full (maxQueueDepth ${limit})`,
    'max-blocked': `was rejected: too many callers already wait (maxBlocked ${limit})`,
  }[code]
  const todo = advice(
    code === 'max-blocked'
      ? '; await earlier calls first'
      : "; raise maxQueueDepth or use queuePolicy 'block'",
  )
  return inBurst(() => new QueueFullError(say(call, code, `${what}${todo}`), info(call, code)))
}

/** Under `drop-latest`: an earlier call of its key is open. */
export function keyInUse(call: FailingCall): QueueFullError {
  const todo = advice("; wait for it, or use another keyMode, such as 'keep-last'")
  const what = `was dropped: a call of the same key is open (keyMode 'drop-latest')${todo}`
  return inBurst(() => new QueueFullError(say(call, 'dropped-latest', what), info(call, 'dropped-latest')))
}

/** The worker did not start. */
export function startFailed(call: FailingCall, failure: StartFailure): WorkerStartError {
  return startError(call, failure, describeStart(failure))
}

/** The task is out of service: so many starts in a row have failed, the last one like this. */
export function outOfService(call: FailingCall, failure: StartFailure, attempts: number): WorkerStartError {
  return startError(
    call,
    failure,
    `its task is out of service, because ${attempts} worker starts in a row have failed. The last one: ` +
      describeStart(failure) +
      advice('. A call after a pause tries again; task.control.start() does so at once'),
  )
}

function startError(call: FailingCall, failure: StartFailure, text: string): WorkerStartError {
  return new WorkerStartError(say(call, failure.code, `failed: ${text}`), {
    ...info(call, failure.code, failure.cause),
    script: failure.script,
    seen: failure.seen,
  })
}

/** A start failure in words, for errors and warnings alike. */
export function describeStart(failure: StartFailure): string {
  const { seen, script } = failure
  const where = script === '' ? '' : ` Script: ${script}.`
  // What was seen may be a sentence already.
  return `a worker did not start. Seen: ${seen.replace(/[.\s]+$/, '')}.${where}${advice(` ${remedyOf(failure)}`)}`
}

/** What was seen, with what was thrown in words, unless it says that already. */
export function seenWith(what: string, cause: unknown): string {
  if (cause === undefined) return what
  const text = toText(cause)
  return what.includes(text) || what.includes(messageOf(cause) || text) ? what : `${what}: ${text}`
}

/** What a factory's text shows of its script: the address in its `new URL(…)` or `new Worker(…)`; nothing of a minified one. */
export function scriptOf(factory: unknown): string {
  const text = toText(factory)
  const [, url] =
    /new URL\((?:\s|\/\*.*?\*\/)*['"`]([^'"`]+)['"`]\s*,[^)]*?import[._]meta\w*\.url/.exec(text) ?? []
  if (url !== undefined) return `new URL('${url}', import.meta.url)`
  return /new (?:Shared)?Worker\(\s*['"`]([^'"`$]+)['"`]\s*[,)]/.exec(text)?.[1] ?? ''
}

/** The worker died under the call, or was replaced because the call hung. */
export function crashed(
  call: FailingCall,
  code: 'crashed' | 'poison' | 'hang' | 'not-replayable' | 'host-lost',
  workerIndex: number,
  seen: string,
): WorkerCrashedError {
  const todo = advice(
    {
      crashed: '; set retry: { crash: 1 } if the call may run twice',
      'host-lost': '; another page takes over: set retry: { crash: 1 } if the call may run twice',
      poison: `; it ran ${call.attempt} times and each worker died: look at its arguments`,
      hang: '; call beat() or progress() in long handlers, or raise heartbeatMs',
      'not-replayable':
        '; its transferred arguments are gone, so it cannot run again: clone them if a retry matters more than a copy',
    }[code],
  )
  return new WorkerCrashedError(say(call, code, `failed: worker #${workerIndex} ${seen}${todo}`), {
    ...info(call, code),
    workerIndex,
    attempt: call.attempt,
  })
}

/** An argument or the result cannot be sent; `culprit` is its path, and on a second line what is wrong with it. */
export function unclonable(
  call: FailingCall,
  code: 'clone-args' | 'clone-result',
  culprit: unknown,
  cause?: unknown,
): TaskCloneError {
  const [path = '', ...rest] = toText(culprit).split('\n')
  // The path of a result names it: "result.rows[3]".
  const what =
    path === 'result' ? 'its ' : code === 'clone-args' && !path.startsWith('transfer') ? 'argument ' : ''
  const why =
    rest.join(' ') ||
    'cannot be cloned' +
      advice(
        '; leave it out, or pass plain data (functions, DOM nodes, promises and proxies do not cross to a worker' +
          (code === 'clone-args' ? '; mark a function that the handler calls with callback(fn))' : ')'),
      )
  return new TaskCloneError(say(call, code, `failed: ${what}${path} ${why}`), {
    ...info(call, code, cause),
    path,
  })
}

/** The worker has no such method. */
export function noMethod(call: FailingCall, methods: readonly string[]): TaskMethodError {
  const list = methods.length > 0 ? methods.map(toText).join(', ') : 'none'
  const names = methods.filter((each) => typeof each === 'string')
  const meant = advice(didYouMean(call.method, names))
  return new TaskMethodError(
    say(call, 'no-method', `failed: the worker has no method "${call.method}"${meant}; it has: ${list}`),
    info(call, 'no-method'),
  )
}

/** A generator method was awaited, which reads no item: it would wait forever. */
export function isStream(call: FailingCall): TaskMethodError {
  const { taskId, method } = call
  const todo = advice(
    `: read its items with "for await (const item of ${taskId}.${method}(…))", or with useTaskStream()`,
  )
  return new TaskMethodError(
    say(call, 'is-stream', `failed: it was awaited, but it is a generator method${todo}`),
    info(call, 'is-stream'),
  )
}

/** The items were requested of a method that returns one result. */
export function noStream(call: FailingCall): TaskMethodError {
  const todo = advice(
    `: await it, or use useTaskCall(). A method that returns items is a generator: *${call.method}()`,
  )
  return new TaskMethodError(
    say(call, 'no-stream', `failed: its items were read, but it returns one result${todo}`),
    info(call, 'no-stream'),
  )
}

/** The task or its runtime was disposed. */
export function disposed(call: FailingCall): TaskDisposedError {
  return inBurst(
    () =>
      new TaskDisposedError(
        say(
          call,
          'disposed',
          `failed: its task was disposed${advice('; define it again on a live runtime')}`,
        ),
        info(call, 'disposed'),
      ),
  )
}

/** The task or its runtime was closed before the call was made. */
export function closed(call: FailingCall): TaskDisposedError {
  return inBurst(
    () =>
      new TaskDisposedError(
        say(
          call,
          'closed',
          `failed: its task was closed${advice(': make no calls after close(), or define it again on a live runtime')}`,
        ),
        info(call, 'closed'),
      ),
  )
}

/** The session of the call has ended. */
export function sessionLost(call: FailingCall, why: string): SessionLostError {
  return inBurst(
    () =>
      new SessionLostError(
        say(
          call,
          'session-lost',
          `failed: its session has ended: ${why}${advice('. Begin again with a new control.session()')}`,
        ),
        info(call, 'session-lost'),
      ),
  )
}

/** A call of a broadcast was for this worker alone. */
export function broadcastLost(call: FailingCall, workerIndex: number, seen: string): WorkerCrashedError {
  return new WorkerCrashedError(
    say(
      call,
      'crashed',
      `failed: worker #${workerIndex} ${seen}${advice('. The other workers of the broadcast are not affected; control.broadcastSettled() returns how each ended')}`,
    ),
    { ...info(call, 'crashed'), workerIndex, attempt: call.attempt },
  )
}

/** The task is out of service after a crash. */
export function taskFailed(call: FailingCall, workerIndex: number, seen: string): WorkerCrashedError {
  return new WorkerCrashedError(
    say(
      call,
      'crashed',
      `failed: its task is out of service since worker #${workerIndex} ${seen}${advice('; task.control.start() recovers it')}`,
    ),
    { ...info(call, 'crashed'), workerIndex, attempt: call.attempt },
  )
}
