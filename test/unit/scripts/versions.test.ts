/** The list of the site's versions. */
import { expect, it } from 'vitest'
import { versionsPage } from '../../../scripts/docs/site/versions.mjs'

it('lists releases from the newest on, and nothing else that the folder holds', () => {
  const page = versionsPage(['v0.9.0', 'assets', 'index.html', 'v0.10.0', '.git', 'v0.10.1'])
  const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, href]) => href)
  expect(links).toEqual(['./', 'v0.10.1/', 'v0.10.0/', 'v0.9.0/'])
})
