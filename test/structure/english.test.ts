/** Pages, comments and messages avoid the phrases that make English read as translated. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/entries.mjs'

/** A phrase, and what to write in its place. */
const PHRASES: readonly (readonly [phrase: RegExp, better: string])[] = [
  [/\bof its own\b/i, '"a separate …", "its own …"'],
  [/\banew\b/i, '"again", "starts over"'],
  [/\bwhoever\b/i, 'name who: "the caller", "the next mount"'],
  [/\b(?:is|are) told of\b/i, '"gets", "hears of", or an active verb'],
  [/\bwhat becomes of\b/i, '"what happens to"'],
]

const ROOMS = ['src', 'hooks', 'devtools', 'testing', 'in-process', 'stories', 'examples', 'docs', 'scripts']
const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']

/** What is installed, built or generated from other files. */
const NOT_WRITTEN = /(?:^|\/)(?:node_modules|dist|cache|api|api-report\.md)(?:\/|$)/

const files = [
  ...PAGES,
  ...ROOMS.flatMap((room) =>
    readdirSync(root + room, { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)),
  ),
].filter((name) => /\.(?:md|ts|tsx|js|mjs)$/.test(name) && !NOT_WRITTEN.test(name.replaceAll('\\', '/')))

it('no file has a phrase that reads as translated', () => {
  const found = files.flatMap((file) => {
    // A phrase may be broken over two lines of a comment.
    const text = readFileSync(root + file, 'utf8').replace(/\n\s*(?:\*|\/\/)? ?/g, ' ')
    return PHRASES.filter(([phrase]) => phrase.test(text)).map(
      ([phrase, better]) => `${file}: "${phrase.exec(text)?.[0]}": write ${better}`,
    )
  })
  expect(found).toEqual([])
})

it('looks at every page and source', () => {
  expect(files.length).toBeGreaterThan(400)
})
