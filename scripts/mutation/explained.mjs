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
    file: 'src/channel/unreadable-messages.ts',
    line: 'Math.floor(Math.random()',
    why: 'equivalent: the token may begin anywhere',
  },
  {
    file: 'src/channel/unreadable-messages.ts',
    line: '++this.token',
    why: 'equivalent: the next token only has to be another one',
  },
  {
    file: 'src/channel/unreadable-messages.ts',
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
    file: 'src/queue/dispatch-queue.ts',
    line: 'if (this.waitingForKey.size === 0) return',
    why: 'equivalent: a shortcut; the loop finds nothing',
  },
  {
    file: 'src/queue/dispatch-queue.ts',
    line: 'else if (call.state <= READY) this.listsOf(call)',
    why: 'equivalent: what is on a worker stands in none of these lists',
  },
  {
    file: 'src/queue/key-lanes.ts',
    line: "if (call.key === undefined || call.options.keyMode === 'parallel') return",
    why: 'equivalent: a shortcut; such a call is neither the owner nor the newest of a lane',
  },
  {
    file: 'src/queue/key-lanes.ts',
    line: 'joiners?.delete(heir)',
    why: 'equivalent: an heir is one of the joiners',
  },
  {
    file: 'src/queue/key-lanes.ts',
    line: 'for (const joiner of joiners ?? [])',
    why: 'equivalent: an heir is one of the joiners',
  },
  {
    file: 'src/pool/canceller.ts',
    line: "if (channel.state !== 'closed')",
    why: 'equivalent: a call leaves a worker that is closed, and its grace ends',
  },
  {
    file: 'src/pool/canceller.ts',
    line: 'Math.max(1, heartbeatMs / 4)',
    before: '1',
    after: '1 + 1',
    why: 'tuning: how often the page looks where the heartbeat is a few ms',
  },
  {
    file: 'src/pool/crash-recovery.ts',
    line: "const error = verdict === 'requeue'",
    before: "verdict === 'requeue'",
    after: 'false',
    why: 'equivalent: an error that nobody is given',
  },
  {
    file: 'src/pool/crash-recovery.ts',
    line: "const code = verdict === 'unstarted' || verdict === 'stopped'",
    why: 'equivalent: for these two the caller of `recoverCalls` has made the error',
  },
  {
    file: 'src/pool/crash-recovery.ts',
    line: '.filter((call) => call.state !== SETTLED)',
    why: 'equivalent: a call settles once',
  },
  {
    file: 'src/pool/dispatcher.ts',
    line: 'while (queue.hasSlot && queue.readyCount > 0)',
    before: 'queue.hasSlot && queue.readyCount > 0',
    after: 'queue.readyCount > 0',
    why: 'equivalent: while no slot is free, every worker is full',
  },
  {
    file: 'src/pool/hand-ahead.ts',
    line: 'call.state !== AHEAD && window.expectedMs(call.method) > SHORT_MS',
    before: 'call.state !== AHEAD && window.expectedMs(call.method) > SHORT_MS',
    after: 'window.expectedMs(call.method) > SHORT_MS',
    why: 'tuning: a call that was short when it was handed ahead, and is known to be long since',
  },
  {
    file: 'src/pool/ahead-window.ts',
    line: 'const MOST_CALLS = 1_000',
    why: 'equivalent: the number doubles from 1, and passes both at 1,024',
  },
  {
    file: 'src/pool/ahead-window.ts',
    line: 'private latencyMs = 0',
    why: 'equivalent: less than the least budget, whatever it is',
  },
  {
    file: 'src/pool/ahead-window.ts',
    line: 'private earlierLatencyMs = 0',
    why: 'equivalent: less than the least budget, whatever it is',
  },
  {
    file: 'src/pool/ahead-window.ts',
    line: 'age < 2 * REMEMBERED_MS ? this.latencyMs : 0',
    before: '0',
    after: '1',
    why: 'equivalent: less than the least budget, whatever it is',
  },
  {
    file: 'src/pool/ahead-window.ts',
    line: 'this.latencyMs = 0',
    before: '0',
    after: '1',
    why: 'equivalent: less than the least budget, whatever it is',
  },
  {
    file: 'src/pool/settlement.ts',
    line: 'if (timeouts.total !== undefined)',
    why: 'equivalent: without a time there is no timer',
  },
  {
    file: 'src/pool/settlement.ts',
    line: 'call.graceTimer = null',
    why: 'memory: a timer that is cleared is not cleared twice',
  },
  {
    file: 'src/pool/settlement.ts',
    line: 'call.options.onProgress?.(progress.value)',
    why: 'equivalent: progress is noted only for who asked for it',
  },
  {
    file: 'src/pool/settlement.ts',
    line: 'if (signal !== undefined) this.host.signals.remove',
    before: 'signal !== undefined',
    after: 'true',
    why: 'equivalent: no signal is a signal that nobody watches',
  },
  {
    file: 'src/pool/settlement.ts',
    line: 'if (call.key !== undefined) this.host.keys.remove',
    before: 'call.key !== undefined',
    after: 'true',
    why: 'equivalent: a call without a key is found under none',
  },
  {
    file: 'src/pool/settlement.ts',
    line: 'if (timeouts === undefined) return',
    why: 'equivalent: a shortcut; there is no timer to clear, nor a time to set one',
  },
  {
    file: 'src/pool/canceller.ts',
    line: 'break',
    why: 'equivalent: a worker that was replaced holds nothing',
  },
  {
    file: 'src/pool/canceller.ts',
    line: 'this.parts.changed()',
    after: '',
    why: 'equivalent: the pump, which follows, tells of the change as well',
  },
  {
    file: 'src/pool/crash-recovery.ts',
    line: 'parts.pumpSoon()',
    why: 'equivalent: every call has settled, or none may start',
  },
  {
    file: 'src/pool/ahead-window.ts',
    line: '(ms - known.ms) / (ms < known.ms',
    before: 'ms < known.ms',
    after: 'ms <= known.ms',
    why: 'equivalent: the difference is 0',
  },
  {
    file: 'src/pool/ahead-window.ts',
    line: 'if (known.cap < MOST_CALLS)',
    before: 'known.cap < MOST_CALLS',
    after: 'known.cap <= MOST_CALLS',
    why: 'equivalent: the number doubles from 1, and is never just that',
  },
  {
    file: 'src/pool/ahead-window.ts',
    line: 'if (ms > this.latencyMs)',
    before: 'ms > this.latencyMs',
    after: 'ms >= this.latencyMs',
    why: 'equivalent: the same number again',
  },
  {
    file: 'src/pool/settlement.ts',
    line: 'if (ms !== undefined) call.phaseTimer',
    why: 'equivalent: without a time there is no timer',
  },
  {
    file: 'src/pool/settlement.ts',
    line: 'call.phaseTimer = null',
    why: 'memory: a timer that is cleared is not cleared twice',
  },
  {
    file: 'src/pool/take-back.ts',
    line: 'if (!queue.aheadOf.some(',
    why: 'equivalent: a shortcut; `take` looks at each call',
  },
  {
    file: 'src/pool/take-back.ts',
    line: 'queue.hasSlot && fleet.canTake',
    before: 'queue.ahead > 0 && queue.readyCount === 0 && queue.hasSlot',
    after: 'queue.ahead > 0 && queue.readyCount === 0',
    why: 'equivalent: while no slot is free, every worker is full',
  },
  {
    file: 'src/pool/take-back.ts',
    line: 'if (channel.ahead.size === 0 || channel.isStuck) return',
    before: 'channel.ahead.size === 0 || channel.isStuck',
    after: 'channel.isStuck',
    why: 'equivalent: a shortcut; there is nothing to take',
  },
  {
    file: 'src/pool/turns.ts',
    line: 'private turnTime = 0',
    why: 'equivalent: each turn begins with 0',
  },
  {
    file: 'src/pool/turns.ts',
    line: 'if (this.depth > 0) return',
    why: 'equivalent: a turn within a turn is part of it',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: "!(load === bestLoad && load < 1 && best?.state === 'starting' && channel.state === 'ready')",
    before: 'load === bestLoad && load < 1',
    after: 'load === bestLoad',
    why: 'equivalent: none is found yet while `bestLoad` is 1',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: "!(load === bestLoad && load < 1 && best?.state === 'starting' && channel.state === 'ready')",
    before: 'load < 1',
    after: 'load <= 1',
    why: 'equivalent: none is found yet while `bestLoad` is 1',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: "!(load === bestLoad && load < 1 && best?.state === 'starting' && channel.state === 'ready')",
    before: '1',
    after: '1 + 1',
    why: 'equivalent: none is found yet while `bestLoad` is 1',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: "!(load === bestLoad && load < 1 && best?.state === 'starting' && channel.state === 'ready')",
    before: 'best?.state',
    after: 'best.state',
    why: 'equivalent: one is found where `bestLoad` is less than 1',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: "if (load === 0 && channel.state === 'ready') return channel",
    before: "load === 0 && channel.state === 'ready'",
    after: 'false',
    why: 'equivalent: a shortcut; no other is taken before it',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: "if (load === 0 && channel.state === 'ready') return channel",
    before: '0',
    after: '1',
    why: 'equivalent: a shortcut; no other is taken before it',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: 'if (idleTimeoutMs === undefined) return',
    why: 'equivalent: without a time there is no timer',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: 'this.idle ??= this.host.wheel.set',
    after: 'this.idle = this.host.wheel.set(idleTimeoutMs, this.stopIdle)',
    why: 'equivalent: one timer more looks at the same workers',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: 'if (next < Number.POSITIVE_INFINITY) this.idle',
    why: 'equivalent: no timer runs for so long',
  },
  {
    file: 'src/pool/worker-fleet.ts',
    line: 'if (this.owed === 0) return',
    why: 'equivalent: a shortcut',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'this.shapes = keptShapes',
    why: 'performance: it keeps the engine from throwing compiled code away',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'if (call.state === SETTLED) return',
    why: 'equivalent: the canceller asks as well; here it spares the error',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'if (items < 0)',
    before: 'items < 0',
    after: 'items <= 0',
    why: 'equivalent: nobody grants room for no items',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'if (call.telemetry !== null)',
    before: 'call.telemetry !== null',
    after: 'true',
    why: 'equivalent: telemetry ignores calls that it does not know',
  },
  {
    file: 'src/channel/call-writer.ts',
    line: 'warnOfLargeClone(',
    why: 'only a warning in development depends on it',
  },
  {
    file: 'src/channel/call-writer.ts',
    line: "'arguments',",
    why: 'only a warning in development depends on it',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: 'status: 0,',
    why: 'equivalent: each field is written before the reply is given out',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: 'startedAt: 0,',
    why: 'equivalent: each field is written before the reply is given out',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: 'endedAt: 0,',
    why: 'equivalent: each field is written before the reply is given out',
  },
  {
    file: 'src/channel/reply-reader.ts',
    line: 'hasStreams: false,',
    why: 'equivalent: each field is written before the reply is given out',
  },
  {
    file: 'src/channel/result-streams.ts',
    line: 'if (!entry || !open.delete(entry)) return false',
    why: 'equivalent: the stream has begun, and ignores what comes after its end',
  },
  {
    file: 'src/channel/result-streams.ts',
    line: 'if (!done && entry && open.has(entry))',
    before: '!done && entry && open.has(entry)',
    after: '!done && entry',
    why: 'equivalent: what is given to a stream after its end is refused, and nobody hears of that',
  },
  {
    file: 'src/channel/result-streams.ts',
    line: 'else if (done && leave())',
    before: 'done && leave()',
    after: 'leave()',
    why: 'equivalent: of an open stream only the end comes here',
  },
  {
    file: 'src/channel/worker-link.ts',
    line: "this.silence((call) => failures.aborted(call, 'its worker did not start'))",
    why: 'equivalent: before the start there are no results, and no streams in them',
  },
  {
    file: 'src/worker/harness.ts',
    line: 'index < data.length; index++) this.giveBack',
    before: 'index < data.length',
    after: 'index <= data.length',
    why: 'equivalent: nothing has no id',
  },
  {
    file: 'src/worker/harness.ts',
    line: '&& !this.replies.isEmpty) this.replies.flush()',
    before: '(!isShort || (wantsStart && job.claim === 0)) && !this.replies.isEmpty',
    after: '(!isShort || (wantsStart && job.claim === 0))',
    why: 'equivalent: to flush nothing is nothing',
  },
  {
    file: 'src/worker/harness.ts',
    line: 'return performance.now()',
    why: 'equivalent: the loop ends here, or starts over',
  },
  {
    file: 'src/worker/harness.ts',
    line: 'this.streams.delete(job.id)',
    why: 'memory: a stream that is over takes no notice of room',
  },
  {
    file: 'src/worker/harness.ts',
    line: 'this.replies.add(job, THROWN, now, encodeThrown(error))',
    why: 'equivalent: nothing is thrown there; the line is for the day when something is',
  },
  {
    file: 'src/worker/harness.ts',
    line: 'ms > last ? ms : last + (ms - last) / 8',
    before: 'ms > last',
    after: 'ms >= last',
    why: 'equivalent: the difference is 0',
  },
  {
    file: 'src/worker/harness.ts',
    line: 'ms > last ? ms : last + (ms - last) / 8',
    before: '8',
    after: '8 + 1',
    why: 'tuning',
  },
  {
    file: 'src/worker/harness.ts',
    line: 'if (!job || !this.waiting.delete(job)) return false',
    why: 'equivalent: what is not here does not wait',
  },
  {
    file: 'src/worker/claims.ts',
    line: 'if (count === undefined) return',
    why: 'equivalent: what is claimed by memory, or not at all, has no lock to let go',
  },
  {
    file: 'src/worker/reply-batch.ts',
    line: 'if (!list) warnOfClone(job, given)',
    why: 'only a warning in development depends on it',
  },
  {
    file: 'src/worker/reply-batch.ts',
    line: 'return',
    after: '',
    why: 'only a warning in development depends on it',
  },
  {
    file: 'src/worker/reply-batch.ts',
    line: "const REFUSED = Symbol('refused')",
    why: 'equivalent: what a symbol is called is nobody’s business',
  },
  {
    file: 'src/worker/reply-batch.ts',
    line: 'if (value !== original && fitsBatch(original)) flat.push(original)',
    before: 'value !== original && fitsBatch(original)',
    after: 'fitsBatch(original)',
    why: 'equivalent: a primitive has a clone',
  },
  {
    file: 'src/worker/reply-batch.ts',
    line: 'if (flat.length > 0) structuredClone(flat)',
    why: 'equivalent: a shortcut; nothing has a clone',
  },
  {
    file: 'src/worker/reply-batch.ts',
    line: "if (typeof original === 'object' && original !== null && fitsBatch(original)) structuredClone(original)",
    why: 'equivalent: a shortcut; a primitive has a clone',
  },
  {
    file: 'src/worker/reply-batch.ts',
    line: 'if (!(error instanceof Refusal))',
    why: 'equivalent: nothing else is thrown there; the line is for the day when something is',
  },
  {
    file: 'src/call/call.ts',
    line: 'export const SETTLED',
    why: 'equivalent: it only has to be the greatest',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: 'channel.repliedAt = host.now()',
    why: 'equivalent: the first call that it is sent sets it again',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: 'if (channel.running === 1 && isNext)',
    why: 'tuning: up to 4 ms sooner or later, others help out',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: 'if (channel.isIdle) fleet.watchIdle(channel)',
    before: 'channel.isIdle',
    after: 'true',
    why: 'equivalent: the timer looks whether it is idle',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: 'this.parts.changed()',
    why: 'equivalent: the pump, which follows, tells of the change as well',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: 'if (call.progress !== null) call.progress.value = value',
    before: 'call.progress !== null',
    after: 'false',
    why: 'equivalent: the first of the timers tells the newest',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: 'call.progressedAt + FRAME_MS - host.now()',
    before: '0',
    after: '1',
    why: 'tuning: a millisecond',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: 'if (call.telemetry !== null && reply.startedAt !== 0)',
    before: 'call.telemetry !== null && reply.startedAt !== 0',
    after: 'reply.startedAt !== 0',
    why: 'equivalent: nobody reads the times of a call that telemetry does not know',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: "if (outcome === 'success' && fleet.consecutiveCrashes > 0)",
    before: "outcome === 'success' && fleet.consecutiveCrashes > 0",
    after: "outcome === 'success'",
    why: 'equivalent: there is nothing to forget',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: "if (outcome === 'success' && fleet.consecutiveCrashes > 0)",
    before: 'fleet.consecutiveCrashes > 0',
    after: 'fleet.consecutiveCrashes >= 0',
    why: 'equivalent: there is nothing to forget',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: 'reply.startedAt < call.dispatchedAt',
    before: 'reply.startedAt < call.dispatchedAt',
    after: 'reply.startedAt <= call.dispatchedAt',
    why: 'equivalent: the same time again',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: '[0, undefined]',
    why: 'equivalent: nothing is no number either',
  },
  {
    file: 'src/pool/worker-news.ts',
    line: "if (typeof sent === 'number' && sent > call.itemsReceived)",
    before: "typeof sent === 'number' && sent > call.itemsReceived",
    after: 'sent > call.itemsReceived',
    why: 'equivalent: what is no number is not more',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'if (items < 0)',
    before: '0',
    after: '1',
    why: 'equivalent: nobody grants room for no items',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'this.parts.changed()',
    why: 'equivalent: the code that asks for the pump reports the change as well, and the pump does',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'changed()',
    after: '',
    why: 'equivalent: the pump, which follows, tells of the change as well',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'if (this.isSendDue) return',
    why: 'equivalent: to send nothing is nothing',
  },
  {
    file: 'src/pool/worker-pool.ts',
    line: 'this.isSendDue = true',
    why: 'equivalent: to send nothing is nothing',
  },
  {
    file: 'src/pool/admission.ts',
    line: 'if (call.key === undefined || !host.keys.isAborted(call.key))',
    before: 'call.key === undefined || !host.keys.isAborted(call.key)',
    after: '!host.keys.isAborted(call.key)',
    why: 'equivalent: no key is never aborted',
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
