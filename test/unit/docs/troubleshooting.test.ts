/** The page of troubleshooting has an entry for each error code and each warning of development, and says what to do. */
import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { readPage } from '../../../scripts/docs/pages.mjs'
import { root } from '../../../scripts/lib/entries.mjs'

const page = readPage('docs/troubleshooting.md')
const entries = new Map(
  page
    .split(/^#{2,3} /m)
    .slice(1)
    .map((text) => [text.split('\n', 1)[0] ?? '', text]),
)

describe('error codes', () => {
  const [, union = ''] = /type AtelierErrorCode =([^;]*?)\n\n/.exec(readPage('src/errors/errors.ts')) ?? []
  const codes = [...union.matchAll(/'([\w-]+)'/g)].map(([, code = '']) => code)

  it('are found in the sources', () => {
    expect(codes.length).toBeGreaterThanOrEqual(20)
  })

  it.each(codes)('%s has an entry with symptom, cause and remedy', (code) => {
    const text = entries.get(`\`${code}\``)
    expect(text).toMatch(/\*\*Symptom\.\*\*.*\*\*Cause\.\*\*.*\*\*Remedy\.\*\*/s)
  })
})

describe('warnings of development', () => {
  const topics = ['src', 'hooks', 'testing', 'in-process', 'devtools'].flatMap(warningsIn)
  const told = [...page.matchAll(/<!-- warns: (.+) -->/g)].map(([, topic = '']) => topic)

  it('each has an entry, and each entry is of one', () => {
    expect(told.toSorted()).toEqual([...new Set(topics)].toSorted())
  })

  it('each entry says what is said, why, and what to do', () => {
    const ofWarnings = [...entries.values()].filter((text) => text.includes('<!-- warns:'))
    expect(
      ofWarnings.filter((text) => !/\*\*Says\.\*\*.*\*\*Cause\.\*\*.*\*\*Remedy\.\*\*/s.test(text)),
    ).toEqual([])
  })
})

/** What the warnings in a folder are told once for, as far as it is text: `redefined ${taskId}` is `redefined`. */
function warningsIn(folder: string): string[] {
  let files: string[]
  try {
    files = readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
  return files.filter((file) => /\.tsx?$/.test(file)).flatMap((file) => topicsOf(`${root}${folder}/${file}`))
}

function topicsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      /(?:^warnOnce|guard\.once|this\.once)$/.test(node.expression.getText())
    ) {
      const topic = textOf(node.arguments[0])
      if (topic !== '' && !topic.startsWith('hooks')) found.push(topic)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function textOf(node: ts.Node | undefined): string {
  if (node === undefined) return ''
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return ''
  const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '.')
    .join(' ')
}

it('errors print the address of an entry', () => {
  expect(readPage('src/errors/failures.ts')).toContain('/troubleshooting#${code}')
})
