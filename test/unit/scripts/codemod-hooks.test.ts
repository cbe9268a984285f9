/** The codemod of the hooks: what it makes of calls as they were before 1.0, and that it leaves its own result alone. */
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { edits } from '../../../scripts/codemod/transforms/hooks.mjs'

/** As much of the package as the codemod asks the types of. */
const PACKAGE = `
declare module 'atelier-react' {
  export const skipToken: unique symbol
  export interface UseTaskCallOptions { mode?: string; graceMs?: number; trace?: object }
  export interface UseTaskQueryOptions { keepPrevious?: boolean; key?: string }
  export type AbortedCall = { status: 'aborted' }
  type State = { status: 'idle' } | { status: 'queued' | 'running' } | { status: 'error' } | AbortedCall
  export function useTaskCall(task: object, method: string, options?: UseTaskCallOptions): State
  export function useTaskStream(task: object, method: string, options?: object): State
  export function useTaskQuery(task: object, method: string, args: readonly unknown[] | typeof skipToken, options?: UseTaskQueryOptions): unknown
  export function useSuspenseTask(task: object, method: string, args: readonly unknown[], options?: object): unknown
  export function useRuntimeSnapshot(select?: unknown, isEqual?: unknown): unknown
  export function useTaskSnapshot(task: object, select?: unknown, isEqual?: unknown): unknown
}
declare const task: object, q: string, flag: boolean, key: string, trace: object, graceMs: number
declare const list: readonly unknown[], maybe: readonly unknown[] | typeof import('atelier-react').skipToken
`

function editsOf(code: string) {
  const host = ts.createCompilerHost({})
  const read = host.getSourceFile.bind(host)
  const files: Record<string, string> = { 'package.d.ts': PACKAGE, 'app.ts': code }
  host.getSourceFile = (name, options, ...more) =>
    files[name] === undefined
      ? read(name, options, ...more)
      : ts.createSourceFile(name, files[name], options, true)
  host.fileExists = (name) => name in files
  const program = ts.createProgram(Object.keys(files), { noLib: true, types: [], strict: true }, host)
  const file = program.getSourceFile('app.ts')
  if (!file) throw new Error('there is no program')
  return edits(file, program.getTypeChecker())
}

function changed(code: string): string {
  let text = code
  for (const { start, end, text: by } of editsOf(code).toSorted((a, b) => b.start - a.start || b.end - a.end))
    text = text.slice(0, start) + by + text.slice(end)
  return text
}

const imports = (names: string) => `import { ${names} } from 'atelier-react'\n`

describe('the codemod of the hooks', () => {
  it.each([
    ['useTaskQuery', "useTaskQuery(task, 'find', [q, 1])", "useTaskQuery(taskQuery(task, 'find', q, 1))"],
    ['useTaskQuery', "useTaskQuery(task, 'all', [])", "useTaskQuery(taskQuery(task, 'all'))"],
    ['useTaskQuery', "useTaskQuery(task, 'find', list)", "useTaskQuery(taskQuery(task, 'find', ...list))"],
    [
      'useTaskQuery',
      "useTaskQuery(task, 'find', [q], { key, keepPrevious: false })",
      "useTaskQuery(taskQuery(task, 'find', q), { argsKey: key, placeholderData: undefined })",
    ],
  ])('%s: %s', (names, before, after) => {
    expect(changed(imports(names) + before)).toBe(imports(`${names}, taskQuery`) + after)
  })

  it('a program has something of the name that is imported', () => {
    const before =
      "function useIt(keepPrevious: boolean) { useTaskQuery(task, 'find', [q], { keepPrevious }) }"
    expect(changed(imports('useTaskQuery') + before)).toBe(
      imports('useTaskQuery, keepPrevious as keepPreviousData, taskQuery') +
        "function useIt(keepPrevious: boolean) { useTaskQuery(taskQuery(task, 'find', q), { placeholderData: keepPrevious ? keepPreviousData : undefined }) }",
    )
  })

  it('a query that may be skipped', () => {
    const before = "useTaskQuery(task, 'find', q ? [q] : skipToken, { keepPrevious: true })"
    const after =
      "useTaskQuery(q ? taskQuery(task, 'find', q) : skipToken, { placeholderData: keepPrevious })"
    expect(changed(imports('skipToken, useTaskQuery') + before)).toBe(
      imports('skipToken, useTaskQuery, keepPrevious, taskQuery') + after,
    )
    expect(changed(imports('useTaskQuery') + "useTaskQuery(task, 'find', maybe)")).toBe(
      imports('useTaskQuery, taskQuery, skipToken') +
        "useTaskQuery(maybe === skipToken ? skipToken : taskQuery(task, 'find', ...maybe))",
    )
  })

  it('useSuspenseTask, by whatever name', () => {
    expect(changed(imports('useSuspenseTask') + "useSuspenseTask(task, 'find', [q], { key: q })")).toBe(
      imports('useSuspenseTaskQuery, taskQuery') +
        "useSuspenseTaskQuery(taskQuery(task, 'find', q), { argsKey: q })",
    )
    expect(changed(imports('useSuspenseTask as ask') + "ask(task, 'find', [q])")).toBe(
      imports('useSuspenseTaskQuery as ask, taskQuery') + "ask(taskQuery(task, 'find', q))",
    )
  })

  it.each([
    ["{ mode: 'drop', graceMs: 5 }", "{ mode: 'drop-latest', abortAfterUnmountMs: 5 }"],
    [
      "{ mode: flag ? 'queue' : 'latest', graceMs, trace }",
      "{ mode: flag ? 'serial' : 'latest', abortAfterUnmountMs: graceMs, with: { trace } }",
    ],
    ['{ trace: trace ?? undefined }', '{ with: { trace: trace ?? undefined } }'],
  ])('options of a call: %s', (before, after) => {
    for (const hook of ['useTaskCall', 'useTaskStream']) {
      const call = (options: string) => `${imports(hook)}${hook}(task, 'find', ${options})`
      expect(changed(call(before))).toBe(call(after))
    }
    const typed = (options: string) =>
      `${imports('type UseTaskCallOptions')}const options: UseTaskCallOptions = ${options}`
    expect(changed(typed(before))).toBe(typed(after))
  })

  it('isEqual', () => {
    expect(changed(`${imports('useRuntimeSnapshot')}useRuntimeSnapshot(list, Object.is)`)).toBe(
      `${imports('useRuntimeSnapshot')}useRuntimeSnapshot(list, { isEqual: Object.is })`,
    )
    const code = `${imports('useTaskSnapshot')}const isEqual = Object.is\n`
    expect(changed(`${code}useTaskSnapshot(task, list, isEqual)`)).toBe(
      `${code}useTaskSnapshot(task, list, { isEqual })`,
    )
  })

  it('the status of a call, where it is one', () => {
    const code = (word: string, name: string) =>
      `${imports(`type ${name}, useTaskCall`)}const call = useTaskCall(task, 'find')\n` +
      `if (call.status === '${word}' || '${word}' === call.status) q\n` +
      `switch (call.status) { case '${word}': q }\nconst { status } = call\nstatus !== '${word}'\n` +
      `let told: 'aborted' | 'done' | undefined\ntold === 'aborted'\n`
    expect(changed(code('aborted', 'AbortedCall'))).toBe(code('canceled', 'CanceledCall'))
  })

  it('leaves alone what is not the package’s, and what it has changed', () => {
    for (const code of [
      "import { useTaskQuery } from './mine'\nuseTaskQuery(task, 'find', [q], { key })",
      `${imports('useTaskQuery')}const mine = { useTaskQuery: (...all: unknown[]) => all }\nmine.useTaskQuery(task, 'find', [q])`,
      `${imports('taskQuery, keepPrevious, useTaskQuery')}useTaskQuery(taskQuery(task, 'find', q), { placeholderData: keepPrevious })`,
      `${imports('useRuntimeSnapshot')}const options = {}\nuseRuntimeSnapshot(list, options)`,
      `${imports('useTaskCall, useTaskSnapshot')}useTaskCall(task, 'a', { mode: 'serial', with: { trace } })\nuseTaskSnapshot(task, list, { isEqual: Object.is })`,
    ])
      expect(changed(code)).toBe(code)
  })

  it('no edit overlaps another', () => {
    const code =
      imports('useTaskQuery, useTaskCall, useSuspenseTask') +
      "useTaskQuery(task, 'find', [useSuspenseTask(task, 'first', [q])], { key })\nuseTaskCall(task, 'a', { trace, mode: 'drop' })"
    const all = editsOf(code).toSorted((a, b) => a.start - b.start || a.end - b.end)
    for (const [index, edit] of all.entries())
      expect(edit.start).toBeGreaterThanOrEqual(all[index - 1]?.end ?? 0)
    expect(changed(code)).toContain(
      "useTaskQuery(taskQuery(task, 'find', useSuspenseTaskQuery(taskQuery(task, 'first', q))), { argsKey: key })",
    )
  })
})
