/** Each hook and component has a page and a live story, and the page lists the options that there are. */
import { existsSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { localLinks, names, tableRows } from '../../../scripts/docs/markdown.mjs'
import { readPage } from '../../../scripts/docs/pages.mjs'
import { root } from '../../../scripts/lib/entries.mjs'

/** Hooks and components by their own names, as `index.ts` exports them. */
const exported = [
  ...readPage('hooks/index.ts').matchAll(/\b(use[A-Z]\w+|AtelierProvider|TraceScope)\b(?=[ ,\n])/g),
]
  .map(([name]) => name)
  .filter((name, index, all) => all.indexOf(name) === index)

const fileOf = (name: string) =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^-/, '')
const pageOf = (name: string) => `docs/hooks/${fileOf(name)}.md`

it('there are the hooks of the package', () => {
  expect(exported.length).toBeGreaterThanOrEqual(13)
})

describe.each(exported)('%s', (name) => {
  it('has a page with the questions that each answers, and a story to which it links', () => {
    const page = readPage(pageOf(name))
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    for (const heading of ['When it starts and stops things', 'StrictMode', 'Activity', 'Pitfalls']) {
      expect(headings).toContain(heading)
    }
    expect(page.startsWith(`# \`${name}\`\n`)).toBe(true)
    const story = `stories/hooks/${fileOf(name)}.stories.tsx`
    expect(localLinks(page)).toContain(`../../${story}`)
    expect(existsSync(root + story)).toBe(true)
    expect(readPage(story)).toContain(`title: 'Hooks/${name}'`)
  })

  it('has a page in Storybook with its guide, its story, and the code of the story', () => {
    const page = readPage(`stories/hooks/${fileOf(name)}.mdx`)
    expect(page).toContain(`import guide from '../../${pageOf(name)}?raw'`)
    expect(page).toContain(`import * as stories from './${fileOf(name)}.stories.tsx'`)
    expect(page).toContain(`import code from './${fileOf(name)}.stories.tsx?raw'`)
    expect(page).toContain('<HookPage guide={guide} story={stories.Default} code={code} />')
    expect(readPage(`stories/hooks/${fileOf(name)}.stories.tsx`)).toContain('\nexport const Default: Story')
    // Where the page puts the live story.
    expect(readPage(pageOf(name))).toMatch(/^Live: /m)
  })

  it('is on the index of the documentation', () => {
    expect(localLinks(readPage('docs/README.md'))).toContain(`hooks/${fileOf(name)}.md`)
  })
})

describe('the options', () => {
  it.each([
    ['useTaskCall', 'Options', ['UseTaskCallOptions', 'CallCallbacks']],
    ['useTaskQuery', 'Options', ['UseTaskQueryOptions']],
    ['useSuspenseTaskQuery', 'Options', ['UseSuspenseTaskQueryOptions']],
    ['useTaskStream', 'Options', ['UseTaskStreamOptions']],
    ['useTaskMap', 'Options', ['UseTaskMapOptions']],
    ['useRuntimeSnapshot', 'Options', ['UseRuntimeSnapshotOptions']],
    ['useTaskSnapshot', 'Options', ['UseTaskSnapshotOptions']],
    ['useTrace', 'Options', ['UseTraceOptions']],
    ['useSpans', 'Options', ['UseSpansOptions']],
    ['useRuntimeEvents', 'Options', ['UseRuntimeEventsOptions']],
    ['AtelierProvider', 'Props', ['OwnedRuntimeProps']],
    ['TraceScope', 'Props', ['TraceScopeProps']],
  ])('of %s are all listed', (name, heading, types) => {
    const listed = tableRows(readPage(pageOf(name)), heading).flatMap(([first = '']) => names(first))
    const members = types.flatMap(membersOf)
    // Its type says it once for both kinds of provider.
    if (name === 'AtelierProvider') members.push('children')
    expect(listed.toSorted()).toEqual(members.toSorted())
  })
})

/** The members of an interface of hooks/. */
function membersOf(type: string): string[] {
  for (const file of [
    'atelier-provider.tsx',
    'calls/call-run.ts',
    'trace-scope.tsx',
    ...exported.map((name) => `${fileOf(name)}.ts`),
  ]) {
    if (!existsSync(`${root}hooks/${file}`)) continue
    const source = ts.createSourceFile(file, readPage(`hooks/${file}`), ts.ScriptTarget.Latest)
    const found = source.statements.find(
      (statement): statement is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(statement) && statement.name.text === type,
    )
    if (found) return found.members.map((member) => (member.name as ts.Identifier).text)
  }
  throw new Error(`There is no interface ${type}`)
}
