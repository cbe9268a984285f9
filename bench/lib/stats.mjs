/** Medians and quartiles of samples, and ratios to the baseline of the same round. */

/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} low first quartile
 * @property {number} high third quartile
 * @property {number} count
 */

/**
 * @param {readonly number[]} values
 * @returns {Spread | undefined}
 */
export function spread(values) {
  if (values.length === 0) return undefined
  const sorted = [...values].sort((a, b) => a - b)
  const at = (/** @type {number} */ share) => {
    const position = (sorted.length - 1) * share
    const below = Math.floor(position)
    const left = sorted[below] ?? 0
    return left + ((sorted[below + 1] ?? left) - left) * (position - below)
  }
  return { median: at(0.5), low: at(0.25), high: at(0.75), count: sorted.length }
}

/**
 * Adds to each case the spread of each metric, and of its ratios to the baseline in the same round.
 * @param {import('../page/workload.ts').WorkloadResult} result
 */
export function summarise(result) {
  return {
    ...result,
    cases: result.cases.map((each) => {
      /** @type {Record<string, { value?: Spread, ratio?: Spread }>} */
      const figures = {}
      for (const [name, { ratioTo }] of Object.entries(result.metrics)) {
        const value = spread(each.samples.flatMap((sample) => sample[name] ?? []))
        if (!value) continue
        const baseline = result.cases.find(({ id }) => id === ratioTo)
        const ratio = baseline && spread(ratios(each.samples, baseline.samples, name))
        figures[name] = { value, ...(ratio && { ratio }) }
      }
      return { ...each, figures }
    }),
  }
}

/**
 * @param {readonly import('../page/workload.ts').Sample[]} samples
 * @param {readonly import('../page/workload.ts').Sample[]} baselines
 * @param {string} name
 */
function ratios(samples, baselines, name) {
  return samples.flatMap((sample, round) => {
    const own = sample[name]
    const other = baselines[round]?.[name]
    return own === undefined || other === undefined || other === 0 ? [] : [own / other]
  })
}

/** @typedef {ReturnType<typeof summarise>} Summary */
