/** What must hold when a round is over: the ledger of all pages, and what the driver has heard of the engines, say the same. */

/** @typedef {{ law: string, text: string }} Failure */
/** @typedef {{ question: 'begins' | 'starts' | 'ends' | 'saves', engine: string, id: string, number: number, at: number }} Note */
/** @typedef {{ id: string, kind: string, size: number, retry: number, wasAborted: boolean, settled: number, outcome: string, message: string, key?: string }} Entry */
/** @typedef {{ calls: Entry[], uncaught: string[], lives: number, snapshot: { status: string, counts: Record<string, number>, shared?: { role: string, pages: number, epoch: number, transport: string } } }} Report */
/** @typedef {{ name: string, report: Report }} Reported */

/**
 * @param {readonly Note[]} notes in the order of their arrival
 * @param {readonly Reported[]} pages those that live
 * @param {boolean} wasCaught whether a page was stopped without a word: its worker may run on for a while
 * @returns {Failure[]}
 */
export function brokenLaws(notes, pages, wasCaught) {
  /** @type {Failure[]} */
  const failures = []
  const fail = (/** @type {string} */ law, /** @type {string} */ text) => failures.push({ law, text })
  /** @type {Map<string, Note[]>} */
  const starts = new Map()
  for (const note of notes)
    if (note.question === 'starts') starts.set(note.id, [...(starts.get(note.id) ?? []), note])
  for (const { name, report } of pages) {
    for (const entry of report.calls) judge(entry, starts.get(entry.id) ?? [], wasCaught, fail)
    for (const error of report.uncaught) fail('uncaught', `${name}: ${error}`)
    if (report.lives === 1) balance(name, report, fail)
  }
  oneEngine(notes, wasCaught, fail)
  inOrder(notes, pages, fail)
  return failures
}

/** One call, and where it ran. @param {Entry} entry @param {Note[]} runs @param {boolean} wasCaught @param {(law: string, text: string) => void} fail */
function judge(entry, runs, wasCaught, fail) {
  const { id, kind, retry, settled, outcome, message, wasAborted } = entry
  const text = `${kind} ${id}: ${outcome}, settled ${settled} times, ran ${runs.length} times (retry ${retry}${wasAborted ? ', aborted' : ''})`
  if (settled === 0) fail('settles', text)
  if (settled > 1) fail('settles-once', text)
  if (outcome.startsWith('wrong')) fail('wrong-result', text)
  const isDone = outcome === 'ok' || outcome.startsWith('threw')
  if (isDone && runs.length === 0) fail('ran', `${text}, though its handler has never run`)
  if (outcome === 'host-lost' && runs.length === 0) fail('undue-error', `${text}, though it had not started`)
  const isDue =
    isDone ||
    outcome === 'open' ||
    outcome === 'host-lost' ||
    (outcome === 'hang' && wasCaught && runs.length > 0) ||
    (wasAborted && /^(AbortError|aborted|disposed)/.test(outcome))
  if (!isDue) fail('undue-error', `${text}: ${message}`)
  if ((kind === 'throws') !== outcome.startsWith('threw') && isDone) fail('wrong-result', text)
  if (new Set(runs.map(({ engine }) => engine)).size < runs.length)
    fail('runs-once', `${text}, twice in one engine`)
}

/** What the page counts is what became of its calls. @param {string} name @param {Report} report @param {(law: string, text: string) => void} fail */
function balance(name, { calls, snapshot }, fail) {
  const { succeeded = 0, failed = 0, canceled = 0, rejected = 0 } = snapshot.counts
  const ok = calls.filter(({ outcome }) => outcome === 'ok').length
  if (succeeded + failed + canceled + rejected !== calls.length || succeeded < ok)
    fail('counts', `${name}: ${JSON.stringify(snapshot.counts)} of ${calls.length} calls, ${ok} of them ok`)
}

/** No engine starts anything when a later one has begun to. @param {readonly Note[]} notes @param {boolean} wasCaught @param {(law: string, text: string) => void} fail */
function oneEngine(notes, wasCaught, fail) {
  if (wasCaught) return
  /** @type {string[]} */
  const engines = []
  for (const { question, engine, id } of notes) {
    if (!engines.includes(engine)) engines.push(engine)
    else if (question !== 'saves' && engines.at(-1) !== engine && question === 'starts')
      fail('one-engine', `${id} started in an engine, though a later one had begun`)
  }
}

/** In each engine, what a page has called starts in the order of its calls. @param {readonly Note[]} notes @param {readonly Reported[]} pages @param {(law: string, text: string) => void} fail */
function inOrder(notes, pages, fail) {
  const plain = new Set(
    pages
      .flatMap(({ report }) => report.calls.filter(({ key, retry }) => key === undefined && retry === 0))
      .map(({ id }) => id),
  )
  /** @type {Map<string, number>} */
  const last = new Map()
  for (const { question, engine, id } of notes) {
    if (question !== 'starts' || !plain.has(id)) continue
    const [page, life, number] = id.split('.')
    const line = `${engine} ${page}.${life}`
    if (Number(number) < (last.get(line) ?? 0))
      fail('order', `${id} started after call ${last.get(line)} of its page`)
    last.set(line, Number(number))
  }
}
