/** Runs workloads one by one, each in a page of its own; one whose page crashes is reported, and the others go on. */
import { summarise } from './stats.mjs'

/**
 * @param {Awaited<ReturnType<typeof import('./browser.mjs').openBrowser>>} browser
 * @param {readonly string[]} only ids; none: all
 * @param {import('../page/workload.ts').RunOptions} options
 * @param {(line: string) => void} progress
 */
export async function measure(browser, only, options, progress) {
  const { workloads: known, extras } = await browser.withPage((page) =>
    page.evaluate(() => ({ workloads: window.bench.workloads, extras: window.bench.extras })),
  )
  const strange = only.filter((id) => !known.includes(id))
  if (strange.length > 0) throw new Error(`no workload ${strange.join(', ')}; there are ${known.join(', ')}`)
  /** @type {import('./stats.mjs').Summary[]} */
  const summaries = []
  /** @type {string[]} */
  const failures = []
  for (const id of known.filter((each) =>
    only.length === 0 ? !extras.includes(each) : only.includes(each),
  )) {
    try {
      const result = await browser.withPage(
        (page) =>
          page.evaluate(([name, how]) => window.bench.run(name, how), /** @type {const} */ ([id, options])),
        progress,
      )
      summaries.push(summarise(result))
      for (const { label, failed } of result.cases) if (failed) failures.push(`${id}: ${label}: ${failed}`)
    } catch (error) {
      failures.push(`${id}: ${String(error).split('\n', 1)[0]}`)
    }
  }
  return { summaries, failures }
}
