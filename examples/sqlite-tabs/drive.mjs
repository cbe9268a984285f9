/** What `npm run example` does with the built page: two tabs write, the one that hosts is killed half way. Returns what is wrong. */

/** @param {{ open: (query: string) => Promise<import('playwright').Page> }} tabs */
export async function drive({ open }) {
  const host = await open('?tab=one')
  await host.getByText('ready').waitFor()
  const guest = await open('?tab=two')
  await guest.getByText('ready').waitFor()
  const roles = [await text(host, '#role'), await text(guest, '#role')].join()
  if (roles !== 'host,guest') return `the roles are ${roles}`

  for (const tab of [host, guest]) await tab.getByRole('button').click()
  await host.waitForFunction(() => Number(document.querySelector('#written')?.textContent) >= 2_000)
  const reported = Number(await text(host, '#written'))
  await kill(host)

  await guest.waitForFunction(() => document.querySelector('#written')?.textContent === '5000', undefined, {
    timeout: 60_000,
  })
  if ((await text(guest, '#role')) !== 'host') return 'the other tab has not taken over'
  /** @type {{ tab: string, rows: number, different: number }[]} */
  const rows = await guest.evaluate('rows()')
  const of = (/** @type {string} */ tab) => rows.find((each) => each.tab === tab)
  console.log(`        ${JSON.stringify({ reported, rows })}`)
  if (of('two')?.rows !== 5_000) return `of 5000 rows there are ${of('two')?.rows}`
  if ((of('one')?.rows ?? 0) < reported)
    return `${reported} rows were reported as written, and ${of('one')?.rows} are there`
  return rows.every((each) => each.rows === each.different) ? '' : 'a row is there twice'
}

/** Its process ends as in a crash: nothing of the page runs any more. @param {import('playwright').Page} page */
async function kill(page) {
  const devtools = await page.context().newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // It has no answer: who would give it is gone.
  devtools.send('Page.crash').catch(() => {})
  await crashed
}

/** @param {import('playwright').Page} page @param {string} selector */
const text = (page, selector) => page.locator(selector).textContent()
