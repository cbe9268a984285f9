/**
 * Why a mutant lives: it changes nothing that anybody could see, or only a real browser shows it. A reason holds for the mutants
 * of a file whose line contains `line`, and whose change is `before` to `after` where they are given.
 */

/**
 * @typedef {object} Explanation
 * @property {string} file
 * @property {string} line
 * @property {string} [before]
 * @property {string} [after]
 * @property {string} why
 */

/** @type {readonly Explanation[]} */
const explanations = [
  {
    file: 'src/wire/batchable.ts',
    line: "typeof value !== 'object' || value === null",
    why: 'equivalent: `null` is a small primitive and was let in above; the check is for the types',
  },
  {
    file: 'src/wire/batchable.ts',
    line: '!descriptor ||',
    why: 'equivalent: a name without a descriptor throws, which counts as unfit too',
  },
  {
    file: 'src/queue/priority-lists.ts',
    line: 'this.lists[NORMAL].size === this.size',
    why: 'equivalent: a shortcut to what the lines below come to',
  },
  {
    file: 'src/queue/priority-lists.ts',
    line: 'return this.size === 0 ? null : this.lists',
    why: 'equivalent: the head of an empty list is `null` as well',
  },
  {
    file: 'src/queue/priority-lists.ts',
    line: 'passed: [number, number, number] = [0, 0, 0]',
    why: 'equivalent for the highest priority, which is never passed over',
  },
  {
    file: 'src/channel/lost-calls.ts',
    line: 'Math.floor(Math.random()',
    why: 'equivalent: the token may begin anywhere',
  },
  {
    file: 'src/channel/lost-calls.ts',
    line: '++this.token',
    why: 'equivalent: the next token only has to be another one',
  },
  {
    file: 'src/channel/lost-calls.ts',
    line: 'at + 1 < message.length',
    why: 'equivalent: a pair that is not there adds `undefined`, which reads like no entry',
  },
  {
    file: 'src/queue/priority-lists.ts',
    line: 'next.runId < call.runId',
    why: 'equivalent: no two calls have the same id',
  },
  {
    file: 'src/channel/claims.ts',
    line: 'const MOST = 2 ** 30',
    why: 'equivalent: the numbers begin again somewhere before the integers of an Int32Array end',
  },
  {
    file: 'src/channel/claims.ts',
    line: 'this.words === null || claim === 0',
    before: 'this.words === null || claim === 0',
    after: 'this.words === null',
    why: 'equivalent: the word of claim 0 is only ever 0, and is compared with 0',
  },
  {
    file: 'src/channel/claims.ts',
    line: 'Atomics.compareExchange(this.words, word, claim, 0)',
    why: 'equivalent: the word is free or of another claim by then',
  },
  {
    file: 'src/channel/claims.ts',
    line: 'globalThis.crossOriginIsolated !== true',
    why: 'equivalent where it can be run: an isolated page has SharedArrayBuffer',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: 'private readonly reply: Reply',
    why: 'equivalent: each field is written before the reply is given out',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: 'return 0',
    before: '0',
    after: '1',
    why: 'tuning: how long a malformed message lay is nobody’s measure',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: 'index < values.length',
    before: 'index < values.length',
    after: 'index <= values.length',
    why: 'equivalent: there is no row behind the last value',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: '!Array.isArray(span)',
    why: 'equivalent: what is no array has no numbers at 3 and 4',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: 'this.reply.value = undefined',
    why: 'memory: a result must not be kept by the reader; `test/browser` measures the heap',
  },
  {
    file: 'src/channel/call-writer.ts',
    line: 'if (this.objects.size > 0)',
    why: 'equivalent: a new empty set in place of an empty set',
  },
  {
    file: 'src/channel/call-writer.ts',
    line: 'mayTransfer(call.options.transfer, call.args)',
    after: 'false',
    why: 'equivalent: what can be transferred fits no batch',
  },
  {
    file: 'src/channel/call-writer.ts',
    line: 'index < args.length',
    before: 'index < args.length',
    after: 'index <= args.length',
    why: 'equivalent: `undefined` behind the last argument fits every batch',
  },
  {
    file: 'src/channel/call-writer.ts',
    line: "outcome === 'cloned'",
    why: 'only a warning in development depends on it',
  },
  {
    file: 'src/channel/call-writer.ts',
    line: 'error instanceof Refusal',
    why: 'equivalent: nothing else is thrown there; the line is for the day when something is',
  },
  {
    file: 'src/channel/call-writer.ts',
    line: 'if (fields > ',
    why: 'equivalent: what a call does not announce in its flags is not read',
  },
  {
    file: 'src/queue/dispatch-queue.ts',
    line: 'this.held > 0 ?',
    why: 'equivalent: a shortcut; without held calls there is no oldest one',
  },
  {
    file: 'src/queue/dispatch-queue.ts',
    line: 'return ready.options.priority > held.options.priority',
    why: 'equivalent: they differ',
  },
  {
    file: 'src/queue/dispatch-queue.ts',
    line: 'ready.runId < held.runId',
    why: 'equivalent: no two calls have the same id',
  },
  {
    file: 'src/queue/key-lanes.ts',
    line: "call.key === undefined || keyMode === 'parallel'",
    why: 'equivalent: without a key the mode is `parallel`',
  },
  {
    file: 'src/queue/key-lanes.ts',
    line: 'newest !== null && newest.state !== SETTLED',
    why: 'equivalent: a call that has settled leaves its lane at once',
  },
  {
    file: 'src/queue/key-lanes.ts',
    line: 'const urgency = found === null',
    why: 'equivalent: the comparison after it decides',
  },
  {
    file: 'src/queue/key-lanes.ts',
    line: '(found as Call).runId',
    before: 'call.runId < (found as Call).runId',
    after: 'call.runId <= (found as Call).runId',
    why: 'equivalent: no two calls have the same id',
  },
  {
    file: 'src/queue/key-lanes.ts',
    line: 'leader.joiners?.delete(call)',
    why: 'equivalent: who has a leader is one of its joiners',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: 'const CRASH_BACKOFF',
    why: 'tuning',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: 'const START_BACKOFF',
    why: 'tuning',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: 'this.startTimers.delete(channel)',
    why: 'memory: a timer that is over is not cleared twice',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: 'this.startTimers.get(channel) ?? null',
    why: 'equivalent: the wheel takes both for no timer',
  },
]

/** @param {import('./mutants.mjs').Mutant} mutant @returns {string | undefined} */
export function explanationOf({ file, code, before, after }) {
  return explanations.find(
    (each) =>
      each.file === file &&
      code.includes(each.line) &&
      (each.before === undefined || each.before === before) &&
      (each.after === undefined || each.after === after),
  )?.why
}
