/** Every example of the README and the guides compiles against the sources, under the project's own options. */
import { dirname } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { codeBlocks } from '../../../scripts/docs/code-blocks.mjs'
import { pages, readPage } from '../../../scripts/docs/pages.mjs'
import { root } from '../../../scripts/lib/entries.mjs'
import { FIRST_TASK } from '../../../stories/start/texts.ts'

interface Example {
  readonly page: string
  readonly line: number
  readonly code: string
}

/** The blocks of a page are the files of one folder, so that they can import each other. */
const examples = new Map<string, Example>()
const add = (folder: string, page: string, onlyNamed: RegExp = /./) => {
  for (const { file, line, code } of codeBlocks(readPage(page))) {
    if (onlyNamed.test(file)) examples.set(`${root}${folder}.blocks/${file}`, { page, line, code })
  }
}
for (const page of pages()) {
  // The pages of the hooks use the task of the React guide.
  if (page.startsWith('docs/hooks/')) add(page, 'docs/guides/react.md', /^(tasks|text\.worker)\.ts$/)
  add(page, page)
}
// What the first page of Storybook shows; a mistake in it is one of the second test.
for (const { file, code } of FIRST_TASK) {
  const page = 'stories/start/texts.ts'
  examples.set(`${root}${page}.blocks/${file}`, { page, line: 1, code })
}
const folders = new Set([...examples.keys()].map((path) => dirname(path)))

const program = ts.createProgram([...examples.keys()], compilerOptions(), host())
const diagnostics = ts.getPreEmitDiagnostics(program).map(describeDiagnostic)

it.each(pages())('%s: each example compiles', (page) => {
  expect(diagnostics.filter((text) => text.startsWith(`${page}:`))).toEqual([])
})

it('nothing else is wrong with the examples', () => {
  const known = pages()
  expect(diagnostics.filter((text) => !known.some((page) => text.startsWith(`${page}:`)))).toEqual([])
})

describe('codeBlocks', () => {
  const page = (...lines: string[]) => codeBlocks(lines.join('\n'))

  it('takes ts and tsx, by the name that they give themselves', () => {
    expect(page('text', '```ts', '// file: a.ts', 'let a', '```', '```tsx', 'let b', '```')).toEqual([
      { file: 'a.ts', line: 3, code: '// file: a.ts\nlet a' },
      { file: 'line-6.tsx', line: 7, code: 'let b' },
    ])
  })

  it('leaves other languages, and what is marked no-check', () => {
    expect(page('```sh', 'ls', '```', '```', '```ts is not opened in here', '```')).toEqual([])
    expect(page('```ts no-check', 'nonsense', '```')).toEqual([])
  })

  it('complains of a block that is not closed, and of two with one name', () => {
    expect(() => page('```ts', 'let a')).toThrow('line 1 is not closed')
    expect(() => page('```ts', '// file: a.ts', '```', '```ts', '// file: a.ts', '```')).toThrow('a.ts')
  })
})

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile.bind(ts.sys))
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root)
  // A short example is a module all the same, or its names would clash with those of others.
  return { ...options, moduleDetection: ts.ModuleDetectionKind.Force }
}

/** The file system, with the examples in it. */
function host(): ts.CompilerHost {
  const real = ts.createCompilerHost(compilerOptions())
  const codeOf = (path: string) => examples.get(path)?.code
  return {
    ...real,
    fileExists: (path) => examples.has(path) || real.fileExists(path),
    readFile: (path) => codeOf(path) ?? real.readFile(path),
    directoryExists: (path) => folders.has(path) || (real.directoryExists?.(path) ?? true),
    getSourceFile(path, options, ...rest) {
      const code = codeOf(path)
      if (code === undefined) return real.getSourceFile(path, options, ...rest)
      return ts.createSourceFile(path, code, options)
    },
  }
}

function describeDiagnostic({ file, start = 0, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n')
  if (!file) return text
  const { line } = file.getLineAndCharacterOfPosition(start)
  const example = examples.get(file.fileName)
  return example ? `${example.page}:${example.line + line}: ${text}` : `${file.fileName}:${line + 1}: ${text}`
}
