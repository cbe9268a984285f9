/** What the pages say of links, options, defaults, error codes and sizes is what there is. */
import { budgets, lateBudgets } from '../../../scripts/sizes.mjs'
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { anchors, localLinks, names, tableRows } from '../../../scripts/docs/markdown.mjs'
import { environmentsPage, exampleNames } from '../../../scripts/docs/environments-page.mjs'
import { pages, readPage } from '../../../scripts/docs/pages.mjs'
import { root } from '../../../scripts/lib/entries.mjs'
import { typeDefaults } from '../../../src/options/type-defaults.ts'
import { resolveTaskConfig } from '../../../src/options/task-options.ts'

describe('links', () => {
  it.each(pages())('%s: each leads somewhere', (page) => {
    const broken = localLinks(readPage(page)).filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target =
        path === '' ? page : path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(page), path)
      if (!existsSync(root + target)) return true
      return anchor !== undefined && !anchors(readPage(target)).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  it('those of the README also work on the page of a registry', () => {
    const relative = localLinks(readPage('README.md')).filter((link) => !/^[/#]/.test(link))
    expect(relative).toEqual([])
  })

  it('the index lists each guide', () => {
    const guides = pages().filter((page) => page.startsWith('docs/guides/'))
    const listed = localLinks(readPage('docs/README.md')).map((link) => posix.join('docs', link))
    expect(guides.filter((guide) => !listed.includes(guide))).toEqual([])
  })
})

it('the page of environments has each example, and each has passed', () => {
  const passed = new Map(exampleNames().map((name) => [name, 'passed']))
  expect(readPage('docs/guides/environments.md')).toBe(environmentsPage(passed))
})

describe('tables', () => {
  const tasks = readPage('docs/guides/tasks.md')
  const cancellation = readPage('docs/guides/cancellation.md')
  const workers = readPage('docs/guides/workers.md')
  const testing = readPage('docs/guides/testing.md')
  /** The names in the first column. */
  const listed = (page: string, heading: string) =>
    tableRows(page, heading).flatMap(([first = '']) => names(first))

  it.each([
    ['TaskConfig', 'src/types/task.ts', tasks, 'Options of a task'],
    ['TaskDispatchOptions', 'src/types/task.ts', tasks, 'Options of a call'],
    ['MethodOptions', 'src/types/task.ts', tasks, 'Options of a method'],
    ['TaskTimeouts', 'src/types/task.ts', cancellation, 'Timeouts'],
    ['TaskContext', 'src/worker/task-context.ts', workers, 'The context of a call'],
    ['FakeWorkerOptions', 'testing/fake-worker.ts', testing, 'Code that calls a task'],
  ])('list each member of %s', (type, file, page, heading) => {
    expect(listed(page, heading).sort()).toEqual(membersOf(type, file).sort())
  })

  it.each([
    ['QueuePolicy', 'The queue'],
    ['KeyMode', 'Keys'],
  ])('list each %s', (type, heading) => {
    const quoted = tableRows(tasks, heading).map(([first = '']) => first.replace(/[`']/g, ''))
    expect(quoted.sort()).toEqual(membersOf(type, 'src/types/task.ts').sort())
  })

  it('list each error code', () => {
    expect(listed(cancellation, 'Errors').sort()).toEqual(
      membersOf('AtelierErrorCode', 'src/errors/errors.ts').sort(),
    )
  })

  it('list the members of the options of map and parallelLimit', () => {
    const options = [
      ...membersOf('ManyOptions', 'src/lib/many-items.ts'),
      ...membersOf('MapOptions', 'src/types/control.ts'),
      ...membersOf('ParallelLimitOptions', 'src/lib/parallel-limit.ts'),
    ].filter((name) => name !== 'ManyOptions')
    expect(listed(tasks, 'Many inputs').sort()).toEqual(options.sort())
  })

  it('state the defaults of the code', () => {
    const worker = () => ({}) as Worker
    const config = resolveTaskConfig({ type: 'parallel', worker, maxWorkers: 7 }, typeDefaults)
    const singleton = resolveTaskConfig({ type: 'singleton', worker }, typeDefaults)
    const rows = tableRows(tasks, 'Options of a task')
    const stated = new Map(rows.map(([first = '', second = '']) => [names(first)[0], second]))
    expect(stated.get('init')).toBe(`\`'${config.init}'\``)
    expect(stated.get('queuePolicy')).toBe(`\`'${config.policy}'\``)
    expect(stated.get('onCrash')).toBe(`\`'${config.onCrash}'\``)
    const ofCalls = new Map(
      tableRows(tasks, 'Options of a call').map(([first = '', second = '']) => [names(first)[0], second]),
    )
    const { defaults } = config.calls
    expect(ofCalls.get('keyMode')).toBe(`\`'${defaults.keyMode}'\``)
    expect(ofCalls.get('transferResult')).toBe(`\`${defaults.transferResult}\``)
    expect(stated.get('minWorkers')).toBe(String(config.minWorkers))
    expect(stated.get('maxBlocked')).toBe(`\`${config.maxBlocked}\``)
    expect(stated.get('maxQueueDepth')).toBe(`${config.maxQueueDepth / config.maxInFlight} × \`maxInFlight\``)
    expect(stated.get('maxCrashes')).toBe(String(config.maxCrashes))
    expect(stated.get('startTimeoutMs')).toBe(spaced(config.startTimeoutMs))
    expect(stated.get('abortGraceMs')).toBe(
      `${spaced(config.abortGraceMs)}; singleton \`${singleton.abortGraceMs}\``,
    )
    expect([config.heartbeatMs, config.idleTimeoutMs, defaults.key, defaults.timeouts]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('state the sizes that are enforced', () => {
    const limits = budgets.map(({ name, initial }) => [`\`${name}\``, `${initial} kB`])
    expect(tableRows(readPage('README.md'), 'Bundle')).toEqual([
      ...limits,
      ...lateBudgets.map(({ name, limit }) => [name, `${limit} kB`]),
    ])
  })
})

describe('markdown', () => {
  it('finds anchors, links and rows, and nothing in code', () => {
    const page = [
      '## A `b`, c',
      '[x](#d) ![y](z.png) <img src="w.png"> [v](https://v.org)',
      '```md',
      '## E [x](y.md)',
      '```',
      '| a | b |',
      '|---|:-:|',
      '| `one` | 1 \\| 2 |',
      '[r]: s.md',
    ].join('\n')
    expect(anchors(page)).toEqual(['a-b-c'])
    expect(localLinks(page)).toEqual(['#d', 'z.png', 'w.png', 's.md'])
    expect(tableRows(page, 'A `b`, c')).toEqual([['`one`', '1 \\| 2']])
    expect(names('`one`, `two(a, b)`, three')).toEqual(['one', 'two'])
    expect(() => tableRows(page, 'none')).toThrow('none')
  })
})

/** 10000 as `10 000`. */
function spaced(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ')
}

/** The members of an interface or a union of strings, internal ones left out. */
function membersOf(type: string, file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(root + file, 'utf8'), ts.ScriptTarget.Latest, true)
  for (const node of source.statements) {
    if (ts.isInterfaceDeclaration(node) && node.name.text === type) {
      const inherited = node.heritageClauses?.flatMap(({ types }) => [...types])
      return [
        ...node.members.filter((member) => !isInternal(member)).map((member) => member.name?.getText() ?? ''),
        ...(inherited ?? []).flatMap(({ expression, typeArguments }) => {
          const base = expression.getText()
          if (base === 'TaskWorkerLifecycle') return membersOf(base, 'src/worker/lifecycle.ts')
          return base === 'Pick' ? (typeArguments?.[1]?.getText().match(/\w+/g) ?? []) : []
        }),
      ]
    }
    if (ts.isTypeAliasDeclaration(node) && node.name.text === type && ts.isUnionTypeNode(node.type)) {
      return node.type.types.map((member) => member.getText().replaceAll("'", ''))
    }
  }
  throw new Error(`There is no type ${type} in ${file}`)
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'internal')
}
