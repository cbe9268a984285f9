/** The workflow files for a public host, which never run here: their syntax, and that what they call exists. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../../scripts/lib/entries.mjs'
import { packageJson } from '../../../scripts/lib/package-json.mjs'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string>>
}

interface Workflow {
  readonly name: string
  readonly on: object
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job {
  readonly 'runs-on': string
  readonly 'timeout-minutes': number
  readonly steps: readonly Step[]
}

const folder = `${root}.github/workflows/`
const names = readdirSync(folder).sort()
const read = (name: string) => readFileSync(folder + name, 'utf8')

/** Inputs of actions that run a command. */
const COMMANDS = ['version', 'publish']

it('are those of tests, docs and releases', () => {
  expect(names).toEqual(['docs.yml', 'release.yml', 'test.yml'])
})

describe.each(names)('%s', (name) => {
  const workflow = parse(read(name), { strict: true, uniqueKeys: true }) as Workflow
  const jobs = Object.values(workflow.jobs)
  const steps = jobs.flatMap((job) => job.steps)
  const scripts = steps.flatMap(({ run, with: inputs = {} }) => [
    ...(run === undefined ? [] : [run]),
    ...COMMANDS.filter((input) => input in inputs && !/^\d/.test(inputs[input] ?? '')).map(
      (input) => inputs[input] ?? '',
    ),
  ])

  it('says when it runs, where, for how long at most, and what it may do', () => {
    expect(Object.keys(workflow.on).length).toBeGreaterThan(0)
    expect(Object.keys(workflow.permissions).length).toBeGreaterThan(0)
    for (const job of jobs)
      expect(job).toMatchObject({ 'runs-on': expect.any(String), 'timeout-minutes': expect.any(Number) })
  })

  it('has steps that use an action of a fixed version, or run a script that bash can read', () => {
    for (const { uses, run } of steps) {
      expect([uses, run].filter((each) => each !== undefined)).toHaveLength(1)
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/)
      // Expressions are replaced before bash sees the script.
      else execFileSync('bash', ['-n'], { input: run?.replaceAll(/\$\{\{.*?\}\}/g, 'x') })
    }
  })

  it('closes each expression, and takes it from a context that there is', () => {
    const text = read(name)
    const expressions = [...text.matchAll(/\$\{\{ (.+?) \}\}/g)].map(([, inner = '']) => inner)
    expect(text.split('${{').length - 1).toBe(expressions.length)
    for (const inner of expressions) {
      const values = inner.replaceAll(/'[^']*'/g, '').match(/[a-z_]+(?:\.\w+)+/g) ?? []
      expect(values.filter((value) => !/^(?:github|secrets|env|runner|matrix)\./.test(value))).toEqual([])
    }
  })

  it('calls scripts, files and commands that exist', () => {
    const all = (pattern: RegExp) =>
      scripts.flatMap((text) => [...text.matchAll(pattern)].map(([, found = '']) => found))
    expect(all(/npm run ([\w:-]+)/g).filter((script) => !(script in packageJson().scripts))).toEqual([])
    const bins = all(/npx ([\w-]+)/g)
    expect(bins.filter((bin) => !existsSync(`${root}node_modules/.bin/${bin}`))).toEqual([])
    for (const file of all(/^(\.[\w./-]+)/gm)) accessSync(root + file, constants.X_OK)
    if (bins.includes('changeset'))
      expect(JSON.parse(readFileSync(`${root}.changeset/config.json`, 'utf8'))).toHaveProperty('changelog')
  })

  it('passes options that their script reads', () => {
    const calls = scripts.flatMap((text) => [...text.matchAll(/npm run ([\w:-]+) -- ([^\n|&;]+)/g)])
    const unknown = calls.flatMap(([, script = '', options = '']) => {
      const file = /^node (\S+)/.exec(packageJson().scripts[script])?.[1] ?? ''
      const source = readFileSync(root + file, 'utf8')
      return options.split(' ').filter((option) => !source.includes(`'${option}'`))
    })
    expect(unknown).toEqual([])
  })
})

it('forms for issues are read as forms', () => {
  const formOf = (form: string) =>
    parse(readFileSync(`${root}.github/ISSUE_TEMPLATE/${form}`, 'utf8')) as object
  const forms = readdirSync(`${root}.github/ISSUE_TEMPLATE`).filter((form) => form !== 'config.yml')
  for (const form of forms.map(formOf))
    expect(form).toMatchObject({
      name: expect.any(String),
      description: expect.any(String),
      body: expect.any(Array),
    })
})
