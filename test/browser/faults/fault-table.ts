/** The fault matrix as data: what a caller gets from every fault, in every phase of a call, under every crash policy. */
import type { CrashPolicy } from '../../setup/crash-policies.ts'
import { beforeHandler, type Cell, death, type Fault, gets, harmless, inHandler } from './fault-cells.ts'
import { poolFaults } from './pool-faults.ts'

export * from './fault-cells.ts'

const table = {
  missingScript: {
    title: 'missing script',
    group: 'start',
    how: 'the factory names a script that the server does not have',
    cells: beforeHandler(gets('WorkerStartError start-failed')),
  },
  throwOnLoad: {
    title: 'throw on load',
    group: 'start',
    how: "the worker's script throws at its top level",
    cells: beforeHandler(gets('WorkerStartError start-failed')),
  },
  oldVersion: {
    title: 'other version',
    group: 'start',
    how: 'the worker file was built with a version whose messages are others',
    cells: beforeHandler(gets('WorkerStartError version-mismatch')),
  },
  throw: {
    title: 'throw in handler',
    group: 'handler',
    how: 'the handler throws a TypeError',
    cells: inHandler(gets('TypeError')),
  },
  reject: {
    title: 'reject',
    group: 'handler',
    how: 'the promise of the handler rejects with a RangeError',
    cells: inHandler(gets('RangeError')),
  },
  timer: {
    title: 'uncaught in timer',
    group: 'handler',
    how: 'a timer that the handler has set throws: the worker fires `error`, and lives on',
    cells: harmless,
  },
  detached: {
    title: 'unhandled rejection',
    group: 'handler',
    how: 'the handler leaves a rejected promise behind',
    cells: harmless,
  },
  close: {
    title: '`self.close()`',
    group: 'death',
    how: 'the handler closes its worker; no event is fired',
    cells: death,
  },
  terminate: {
    title: '`terminate()` from outside',
    group: 'death',
    how: 'the page terminates the Worker object that the factory made',
    cells: death,
  },
  loopHeartbeat: {
    title: 'endless loop, with `heartbeatMs`',
    group: 'loop',
    how: 'the handler loops forever and gives no sign of life',
    cells: inHandler(gets('WorkerCrashedError hang')),
  },
  loopTimeout: {
    title: 'endless loop, with `timeoutMs.run`',
    group: 'loop',
    how: 'the call exceeds its run timeout, and its worker is replaced after `abortGraceMs`',
    cells: inHandler(gets('TaskTimeoutError timeout-run')),
  },
  loopAbort: {
    title: 'endless loop, aborted',
    group: 'loop',
    how: 'the caller aborts, and the worker is replaced after `abortGraceMs`',
    cells: inHandler(gets('TaskAbortError aborted')),
  },
  callbackThrows: {
    title: 'callback that throws',
    group: 'conversation',
    how: 'the handler awaits a `callback()` of the page, which throws a TypeError',
    cells: inHandler(gets('TypeError')),
  },
  deathInCallback: {
    title: 'worker that dies in a callback',
    group: 'conversation',
    how: 'the page terminates the worker while its handler awaits a `callback()`',
    cells: death,
  },
  eventFlood: {
    title: 'flood of events',
    group: 'conversation',
    how: 'the handler emits 50,000 events in one turn: what the page cannot read in time is dropped, and the listener is told how many',
    cells: harmless,
  },
  badArgument: {
    title: 'unclonable argument',
    group: 'data',
    how: 'an argument holds a function',
    cells: beforeHandler(gets('TaskCloneError clone-args', 'args[0].onClick')),
  },
  badResult: {
    title: 'unclonable result',
    group: 'data',
    how: 'the result, or the fourth item of the stream, holds a function',
    cells: inHandler(gets('TaskCloneError clone-result', 'result.nested.handler')),
  },
  deepResult: {
    title: 'result nested too deeply',
    group: 'data',
    how: 'structured clone runs out of stack: `postMessage` throws a RangeError',
    cells: inHandler(gets('TaskCloneError clone-result', 'result')),
  },
  hostileResult: {
    title: 'result with a getter that throws',
    group: 'data',
    how: 'reading `then` of the result, or a field of the fourth item, throws an EvalError',
    cells: inHandler(gets('EvalError')),
  },
  badProgress: {
    title: 'unclonable progress',
    group: 'data',
    how: 'a value given to `progress()` holds a function',
    cells: harmless,
  },
  unreadableArgument: {
    title: 'messageerror in the worker',
    group: 'data',
    how: 'an RTCCertificate, which the page can send and no worker can read',
    cells: beforeHandler(gets('TaskCloneError clone-args', 'args')),
  },
  hugeArgument: {
    title: 'argument too large to clone',
    group: 'memory',
    how: 'a buffer of 4.5 GiB, never written to: `postMessage` throws a DataCloneError',
    cells: beforeHandler(gets('TaskCloneError clone-args', 'args[0].buffer')),
  },
  lostArgument: {
    title: 'argument lost for want of memory',
    group: 'memory',
    how: 'no address space is left for the copy: Chromium throws nothing, and the worker receives `null`',
    cells: beforeHandler(gets('TaskCloneError clone-args', 'args')),
  },
  hugeResult: {
    title: 'result too large to clone',
    group: 'memory',
    how: 'a buffer of 4.5 GiB, never written to: `postMessage` throws a DataCloneError',
    cells: inHandler(gets('TaskCloneError clone-result', 'result.buffer')),
  },
  lostResult: {
    title: 'result lost for want of memory',
    group: 'memory',
    how: 'no address space is left for the copy: Chromium throws nothing, and the page receives `null`',
    cells: inHandler(gets('TaskCloneError clone-result', 'result')),
  },
  messageError: {
    title: 'messageerror on the page',
    group: 'wire',
    how: 'the reply, or the fourth item, is taken from the wire and the event fired in its place',
    cells: inHandler(gets('TaskCloneError clone-result', 'result')),
  },
  foreign: {
    title: 'foreign messages',
    group: 'wire',
    how: 'both sides post what is none of the protocol, and malformed messages of the protocol',
    cells: harmless,
  },
  ...poolFaults,
} satisfies Record<string, Fault>

export type FaultId = keyof typeof table

export const faults: Readonly<Record<FaultId, Fault>> = table
export const faultIds = Object.keys(table) as readonly FaultId[]

/** What a cell promises, as its test is named and as the document says it. */
export function promise({ whose, outcomes }: Cell, policy: CrashPolicy): string {
  const { gets: what, outOfService: isOut } = outcomes[policy]
  const who = whose === 'own' ? 'the call gets' : 'the call beside it gets'
  const next = isOut ? 'the next call works after start()' : 'the next call works'
  return `${who} ${what === 'value' ? 'its value' : what}, ${next}`
}
