/** Ten questions of newcomers find the page that answers them: by the search of the built site, and by a link on its start page. */
import { describe, expect, it } from 'vitest'
import { searchSite, sitePages } from './built-site.ts'

const FIRST = 3

const start = sitePages().find(({ path }) => path === 'index.html')

describe.each([
  ['my worker 404s in production', /troubleshooting\.html#my-worker-returns-404-in-production/],
  ['how do I cancel', /\/(concepts|guides)\/cancellation\.html/],
  ['does it work in Next', /faq\.html#does-it-work-in-nextjs/],
  ['why is my call blocked', /troubleshooting\.html#my-call-is-blocked|concepts\/backpressure\.html/],
  [
    'how do I see it in Jaeger',
    /faq\.html#how-do-i-see-calls-in-jaeger|guides\/observability\.html|concepts\/traces\.html/,
  ],
  ['how do I test', /guides\/testing\.html|faq\.html#how-do-i-test/],
  ['what happens on unmount', /faq\.html#what-happens-to-a-call-when-its-component-unmounts/],
  ['how do I share one worker between tabs', /faq\.html#can-tabs-share-one-worker/],
  ['is it fast for tiny calls', /performance\.html#tiny-calls|faq\.html#is-it-fast-for-tiny-calls/],
  ['how do I move off Comlink', /coming-from\/comlink\.html/],
])('%s', (question, page) => {
  it('is found by the search', async () => {
    const found = (await searchSite(question)).slice(0, FIRST).map(({ id }) => String(id))
    expect(found.filter((id) => page.test(id)).length, `found ${found.join(', ')}`).toBeGreaterThan(0)
  })

  it('has a link on the start page', () => {
    expect(start?.targets.filter((target) => page.test(target.replace(/^\.?\/?/, '/')))).not.toEqual([])
  })
})
