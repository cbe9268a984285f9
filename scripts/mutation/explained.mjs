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
