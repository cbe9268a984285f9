/** The page was rendered by the server build, and does its call in its worker. Returns what is wrong. */
import { readFileSync } from 'node:fs'

/** @param {{ open: (path: string) => Promise<import('playwright').Page> }} tabs */
export async function drive({ open }) {
  const html = readFileSync(new URL('dist/index.html', import.meta.url), 'utf8')
  if (!html.includes('>waits<')) return `the server build has rendered ${html}`
  const page = await open('')
  await page.getByText('42, measured').waitFor({ timeout: 20_000 })
  return ''
}
