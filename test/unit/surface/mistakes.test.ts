/** Mistakes that the compiler finds: each error has a sentence in it, or the names that there are. */
import ts from 'typescript'
import { expect, it, vi } from 'vitest'
import { root } from '../../../scripts/lib/entries.mjs'

// The first question loads the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 })

const file = `${root}test/unit/surface/mistakes.virtual.tsx`

const before = `
import { createTaskRuntime, taskOptions, taskQuery, useTask, useTaskCall, useTaskMap, useTaskStream } from 'atelier-react'
import { createTaskWorker } from 'atelier-react/worker'
import { createInProcessWorker } from 'atelier-react/in-process'
import { createFakeWorker } from 'atelier-react/testing'

interface Api {
  find(query: string): string[]; count(): number; tail(from: number): Generator<number>
  watch(onRow: (row: number) => void): void; later(): () => void
}
const search = taskOptions<Api>({ type: 'parallel', worker: () => new Worker('') })
const nobodys = taskOptions({ type: 'parallel', worker: () => new Worker('') })
declare const handlers: Api
class Service {
  #hits = 0
  private readonly limit = 5
  find(query: string): string { return query + this.#hits + this.limit }
}
`

const right: readonly string[] = [
  'createTaskWorker(handlers)',
  'createTaskWorker(new Service())',
  'createTaskWorker({ find: (query: string) => query })',
  'useTaskMap(search, "find", ["a"])',
  'taskQuery(search, "find", "a")',
  'createInProcessWorker({ handlers })',
  'createInProcessWorker({ handlers: async () => new Service() })',
  'createFakeWorker({ handlers })',
  'useTaskCall(search, "find")',
  'useTaskStream(search, "tail")',
  'const inferred: typeof search = taskOptions({ type: "parallel", worker: () => new Worker("") }); void inferred',
]

const wrong: readonly (readonly [source: string, ...says: string[]])[] = [
  [
    'createTaskWorker({ then: () => 1, find: () => 2 })',
    '"then\\" is reserved and cannot be a method: rename the handler"',
  ],
  ['createTaskWorker({ with: () => 1 })', 'with\\" is reserved'],
  ['createTaskWorker(new (class { control(): void {} })())', 'control\\" is reserved'],
  ...['taskId', 'taskName', 'toJSON', 'prototype'].map((name): [string, string] => [
    `createTaskWorker({ ${name}: () => 1 })`,
    `${name}\\" is reserved`,
  ]),
  ...['Service', '[() => 1]'].map((given): [string, string] => [
    `createTaskWorker(${given})`,
    'Pass an object of functions, or an instance of a class: new Service()',
  ]),
  ['createTaskWorker({ find: 5 })', "'number' is not assignable to type '(...args: never[]) => unknown'"],
  ['createTaskWorker()', 'Expected 1-2 arguments'],
  ['useTaskCall(search, "fnd")', '"fnd"', '"find"', '"count"'],
  ['useTaskCall(search, "tail")', 'This is a generator method: use useTaskStream()'],
  ['useTaskStream(search, "find")', 'This method gives one result: use useTaskCall()'],
  ['useTaskStream(search, "tial")', '"tial"', '"tail"'],
  ['taskQuery(search, "tail", 1)', 'This is a generator method: use useTaskStream()'],
  ['taskQuery(search, "fnd", "x")', '"fnd"', '"find"', '"count"'],
  ['useTaskMap(search, "fnd", ["x"])', '"fnd"', '"find"', '"count"'],
  ['useTaskMap(search, "tail", [1])', 'This is a generator method: use useTaskStream()'],
  ['createTaskRuntime().defineTask(search).fnd("x")', "Did you mean 'find'?"],
  ['createTaskRuntime().defineTask(search).watch((row) => row)', 'FunctionsDoNotCross', "'~callback'"],
  [
    'createTaskRuntime().defineTask(search).later().then((run) => run())',
    "Type 'FunctionsDoNotCross' has no call signatures",
  ],
  ...[
    'useTaskCall(nobodys, "find")',
    'useTaskStream(nobodys, "find")',
    'taskQuery(nobodys, "find", "x")',
    'useTaskMap(nobodys, "find", ["x"])',
    'createTaskRuntime().defineTask(nobodys).find("x")',
    'useTask(nobodys).find("x")',
    'useTask({ type: "parallel", worker: () => new Worker("") }).find("x")',
  ].map((source): [string, string] => [source, 'Say which worker it is: taskOptions<SearchApi>({ ... })']),
]

const sources = [...right, ...wrong.map(([source]) => source)]
const text = [before, ...sources].join('\n')

const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path))
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
const host = ts.createCompilerHost(options)
const { getSourceFile, fileExists, readFile } = host
const program = ts.createProgram([file], options, {
  ...host,
  fileExists: (path) => path === file || fileExists.call(host, path),
  readFile: (path) => (path === file ? text : readFile.call(host, path)),
  getSourceFile: (path, how, ...rest) =>
    path === file ? ts.createSourceFile(path, text, how) : getSourceFile.call(host, path, how, ...rest),
})

/** What the compiler says of each line of the sources. */
let said: Map<string, string> | undefined
function errorsOf(source: string): string {
  said ??= new Map(
    [...program.getSemanticDiagnostics(program.getSourceFile(file))].map(({ start = 0, messageText }) => [
      text.slice(text.lastIndexOf('\n', start) + 1, text.indexOf('\n', start) >>> 0 || undefined),
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    ]),
  )
  return said.get(source) ?? ''
}

it.each(right)('%s is right', (source) => {
  expect(errorsOf(source)).toBe('')
})

it.each(wrong)('%s is told: %s', (source, ...says) => {
  for (const words of says) expect(errorsOf(source)).toContain(words)
})
