/** Runs workloads one by one, each in a fresh page. A page that crashes is reported, and the others run. */
import { summarise } from './stats.mjs'

/**
 * @param {Pick<import('./browser.mjs').Browser, 'run'>} browser
 * @param {readonly string[]} only ids; none: all but the extras
 * @param {import('../page/workload.ts').RunOptions} options
 * @param {(line: string) => void} progress
 */
export async function measure(browser, only, options, progress) {
  /** @type {{ all: readonly string[], extras: readonly string[] }} */
  const { all, extras } = await browser.run({ workload: '', options })
  const strange = only.filter((id) => !all.includes(id))
  if (strange.length > 0) throw new Error(`no workload ${strange.join(', ')}; there are ${all.join(', ')}`)
  /** @type {import('./stats.mjs').Summary[]} */
  const summaries = []
  /** @type {string[]} */
  const failures = []
  for (const id of all.filter((each) => (only.length === 0 ? !extras.includes(each) : only.includes(each)))) {
    try {
      const result = await browser.run({ workload: id, options }, { progress })
      summaries.push(summarise(result))
      for (const { label, failed } of result.cases) if (failed) failures.push(`${id}: ${label}: ${failed}`)
    } catch (error) {
      failures.push(`${id}: ${String(error)}`)
    }
  }
  return { summaries, failures }
}
