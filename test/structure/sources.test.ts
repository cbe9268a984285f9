/** What must hold of each source file by itself. */
import ts from 'typescript'
import { expect, it } from 'vitest'
import { codeOf, filesBelow, parse, read } from '../../scripts/lib/source-files.mjs'

const largest = 350

it(`no published source is longer than ${largest} lines`, () => {
  const long = filesBelow(['src', 'hooks', 'devtools', 'testing', 'in-process'])
    .map((file) => ({ file, lines: read(file).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > largest)
  expect(long).toEqual([])
})

it('nothing is put off in a comment', () => {
  const marks = new RegExp(`\\b(${['TO', 'FIX'].map((start, i) => start + ['DO', 'ME'][i]).join('|')})\\b`)
  const all = filesBelow(
    [
      'src',
      'hooks',
      'devtools',
      'testing',
      'in-process',
      'test',
      'stories',
      'scripts',
      'bench',
      'docs',
      '.storybook',
    ],
    /\.(tsx?|mjs|css|md|mdx)$/,
  )
  expect(all.filter((file) => marks.test(read(file)))).toEqual([])
})

it("no published source writes 'use client': the bundler strips it, the build puts it back", () => {
  const directive = /^\s*['"]use client['"]/m
  expect(
    filesBelow(['src', 'hooks', 'devtools', 'testing', 'in-process']).filter((file) =>
      directive.test(read(file)),
    ),
  ).toEqual([])
})

it('each published module begins with what it is for', () => {
  const silent = filesBelow(['src', 'hooks', 'devtools', 'testing', 'in-process']).filter(
    (file) => !/^\s*\/[*/]/.test(read(file)),
  )
  expect(silent).toEqual([])
})

it('no published source looks for `process` itself: bundlers replace process.env.NODE_ENV alone, and browsers have no process', () => {
  const asking = filesBelow(['src', 'hooks', 'devtools', 'testing', 'in-process']).filter((file) =>
    /typeof ?process\b/.test(codeOf(file)),
  )
  expect(asking).toEqual([])
})

/** What a strict Content-Security-Policy forbids, and what Trusted Types guard. */
const needsAnException =
  /\beval\s*\(|\bnew Function\b|\bFunction\s*\(|\b(?:inner|outer)HTML\b|\bdangerouslySetInnerHTML\b|\binsertAdjacentHTML\b|\bdocument\s*\.\s*write|\bimportScripts\b|\bcreateObjectURL\b|\bdata:text\/javascript|\bset(?:Timeout|Interval)\s*\(\s*['"`]|\bcreateElement\(\s*['"](?:script|style|iframe)['"]/

it('no published source needs an exception from a Content-Security-Policy or from Trusted Types', () => {
  expect(needsAnException.test("new Function('return 1')")).toBe(true)
  const asking = filesBelow(['src', 'hooks', 'devtools', 'testing', 'in-process']).filter((file) =>
    needsAnException.test(codeOf(file)),
  )
  expect(asking).toEqual([])
})

const reachesOut = new Set(
  'fetch XMLHttpRequest sendBeacon WebSocket EventSource localStorage sessionStorage indexedDB cookie'.split(
    ' ',
  ),
)

/** Each with its reason. */
const mayReachOut: Record<string, string> = {
  'src/channel/script-report.ts':
    'in development alone, it asks for the script of a worker that does not start: no error event tells why',
}

it('no published source makes a worker, asks the network or keeps anything: the factory of the application does', () => {
  const reaching = filesBelow(['src', 'hooks', 'devtools', 'testing', 'in-process']).filter((file) => {
    // The one thing that is kept: how large the panel is, where it is docked, which view is open.
    const isKept = (name: string) => name === 'localStorage' && file === 'devtools/panel/remembered.ts'
    const reaches = (node: ts.Node): boolean => {
      const named = ts.isNewExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : ''
      if (/^(Shared)?Worker$/.test(named)) return true
      if (ts.isIdentifier(node) && reachesOut.has(node.text) && !isKept(node.text)) return true
      return ts.forEachChild(node, reaches) ?? false
    }
    return reaches(parse(file))
  })
  expect(reaching).toEqual(Object.keys(mayReachOut))
})
