/** Pages, comments and messages avoid the phrases that make English read as translated. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/entries.mjs'

/** A phrase, and what to write in its place. */
type Phrase = readonly [phrase: RegExp, better: string]

const PHRASES: readonly Phrase[] = [
  [/\bof its own\b/i, '"a separate …", "its own …"'],
  [/\banew\b/i, '"again", "starts over"'],
  [/\bwhoever\b/i, 'name who: "the caller", "the next mount"'],
  [/\b(?:is|are) told of\b/i, '"gets", "receives", or an active verb'],
  [/\bwhat becomes of\b/i, '"what happens to"'],
  [/\bfor ever\b/i, '"forever"'],
]

/** What users read is held to more than what contributors read. */
const PHRASES_FOR_USERS: readonly Phrase[] = [
  [/\b(?:goes|go|going|went) on\b/i, '"continues", "keeps running"'],
  [/\bmeanwhile\b/i, '"at the same time", "until then", or another sentence'],
  [/\b(?:hears|heard)\b/i, '"receives", "notices"'],
  [/\b(?:is|are) asked\b/i, '"is called", or an active verb'],
  [/\b(?:is|are) told\b/i, '"receives", or an active verb'],
  [/\bwhat(?:ever)? (?:became|has become) of\b/i, '"what happened to"'],
  [/\b(?:nobody|somebody|anybody)\b/i, 'name who: "you", "the caller", "no listener"; or the passive'],
  [/\b(?:stands|stood) (?:in(?! for)|at|on|still|behind)\b/i, '"is", "contains", "goes into"'],
  [/\bspeaks? (?:with|to)\b/i, '"talks to", "connects to"'],
  [/\b(?:of|with) (?:yours|one's own)\b/i, '"your …"'],
  [/\bwithout a word\b/i, '"without notice"'],
  [/\bcomes? back with\b/i, '"returns"'],
  [/\b(?:and|or) the like\b/i, 'list what you mean, or "such as"'],
  [/\bin force\b/i, '"current", "applies"'],
  [/\bgives? (?:back|up on) /i, '"returns"'],
  [/\b(?:never|is) there at run time\b/i, '"does not exist at run time"'],
  [/\buntil (?:it|they) (?:is|are) there\b/i, '"until it arrives"'],
  [/\bowes?\b/i, 'say what has to happen'],
]

const ROOMS = ['src', 'hooks', 'devtools', 'testing', 'in-process', 'stories', 'examples', 'docs', 'scripts']
const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']

/** What is installed, built or generated from other files. */
const NOT_WRITTEN = /(?:^|\/)(?:node_modules|dist|cache|api|api-report\.md)(?:\/|$)/

/** The pages, and the comments and messages that an editor or a console shows. */
const FOR_USERS =
  /^(?:(?:README|CONTRIBUTING|CHANGELOG)\.md$|docs\/(?:[\w-]+|(?:concepts|guides|hooks|recipes|coming-from|decisions)\/[\w-]+)\.md$|src\/(?:errors|types)\/|hooks\/[\w-]+\.tsx?$)/

/** Records of runs and of reasons, for contributors. */
const FOR_CONTRIBUTORS = /^docs\/(?:mutation|reliability|observability-conformance|fault-matrix)\.md$/

const files = [
  ...PAGES,
  ...ROOMS.flatMap((room) =>
    readdirSync(root + room, { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)),
  ),
]
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(?:md|ts|tsx|js|mjs)$/.test(name) && !NOT_WRITTEN.test(name))

const filesForUsers = files.filter((name) => FOR_USERS.test(name) && !FOR_CONTRIBUTORS.test(name))

it('no file has a phrase that reads as translated', () => {
  expect(files.flatMap((file) => phrasesIn(file, textOf(file), PHRASES))).toEqual([])
})

it('what users read has none of those that a native engineer would not write', () => {
  const found = filesForUsers.flatMap((file) => {
    // The code of a page is held to what its example is.
    const text = textOf(file).replace(/```.*?```/g, '')
    return phrasesIn(file, text, PHRASES_FOR_USERS)
  })
  expect(found).toEqual([])
})

it('looks at every page and source', () => {
  expect(files.length).toBeGreaterThan(400)
  expect(filesForUsers.length).toBeGreaterThan(90)
})

/** A phrase may be broken over two lines of a comment. */
function textOf(file: string): string {
  return readFileSync(root + file, 'utf8').replace(/\n\s*(?:\*|\/\/)? ?/g, ' ')
}

function phrasesIn(file: string, text: string, phrases: readonly Phrase[]): string[] {
  return phrases
    .filter(([phrase]) => phrase.test(text))
    .map(([phrase, better]) => {
      const at = text.search(phrase)
      return `${file}: "…${text.slice(Math.max(0, at - 40), at + 40)}…": write ${better}`
    })
}
