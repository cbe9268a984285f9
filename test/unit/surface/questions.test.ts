/** Questions of those who use the package, each answered by what an editor offers where the answer is written, and by its first sentence. */
import ts from 'typescript'
import { describe, expect, it, vi } from 'vitest'
import { root } from '../../../scripts/lib/entries.mjs'
import { createEditor } from './editor.ts'

// The first question loads the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 })

/** The program in which they ask: an app with one task, and the worker's file. */
const before = `
import {
  createTaskRuntime, isAtelierError, keepPrevious, parallelLimit, taskOptions, taskQuery, useTaskCall, useTaskEvent, useTaskMap, useTaskQuery,
  useTaskStream,
} from 'atelier-react'
import * as testing from 'atelier-react/testing'
import * as worker from 'atelier-react/worker'
import * as react from 'atelier-react'
type Api = worker.TaskApi<
  { find(text: string): string[]; index(file: Blob, at?: number): Promise<number>; tail(from: number): Generator<string> },
  { progress: { index: number }; events: { changed: { rows: number } } }
>
const search = taskOptions<Api>({ type: 'parallel', worker: () => new Worker('') })
const runtime = createTaskRuntime()
const task = runtime.defineTask(search)
declare const file: Blob, files: Blob[], error: unknown
`

/** The question, where one looks (at the bar), what has to be offered there, and how its comment begins. */
const questions: readonly (readonly [question: string, at: string, offered: string, says: string])[] = [
  // Cancel
  [
    'how do I cancel everything of this document',
    'runtime.|',
    'abort',
    'Aborts open calls, and returns how many.',
  ],
  ['… which is a key of its calls', 'runtime.abort({ | })', 'key', 'Every open call with this key,'],
  [
    '… and whatever comes later',
    "runtime.abort({ key: 'a', | })",
    'sticky',
    'Whether later calls with the key are aborted, too,',
  ],
  ['how do I cancel all calls of one task', 'runtime.abort({ | })', 'task', 'Every open call of this task'],
  ['how do I cancel one call', "task.find('a').|", 'abort', 'Aborts the call wherever it is.'],
  [
    'how do I cancel from a button',
    "useTaskCall(search, 'find').|",
    'abort',
    "Aborts the hook's open calls.",
  ],
  [
    'how do I cancel with a signal that I have',
    'task.with({ | })',
    'signal',
    'Aborts the call, in addition to its key, its timeouts and the signals of',
  ],
  [
    'how do I throw away what waits',
    'task.control.|',
    'clearQueue',
    'Aborts the waiting calls, including those of blocked callers, but not the running ones.',
  ],
  // Time
  [
    'how do I give one call a timeout',
    'task.with({ | })',
    'timeoutMs',
    'Milliseconds, merged by field; a number is the total.',
  ],
  [
    'how do I give one call a timeout in a hook',
    "useTaskCall(search, 'find', { | })",
    'with',
    'Options of the calls, as in `task.with()`:',
  ],
  [
    '… in its options',
    "useTaskCall(search, 'find', { with: { | } })",
    'timeoutMs',
    'Milliseconds, merged by field; a number is the total.',
  ],
  [
    '… of waiting alone',
    'task.with({ timeoutMs: { | } })',
    'queue',
    'From the call until its handler starts, blocked time included.',
  ],
  [
    'how do I give all calls of a method a timeout',
    "taskOptions<Api>({ type: 'parallel', worker: () => new Worker(''), methods: { find: { | } } })",
    'timeoutMs',
    'Milliseconds, merged by field; a number is the total.',
  ],
  // Size, order, failure
  [
    'how many workers are there',
    "taskOptions<Api>({ type: 'parallel', worker: () => new Worker(''), | })",
    'maxWorkers',
    'How many workers a parallel task may have.',
  ],
  [
    'how do I keep workers warm',
    "taskOptions<Api>({ type: 'parallel', worker: () => new Worker(''), | })",
    'minWorkers',
    'Workers that stay:',
  ],
  [
    'what happens when the queue is full',
    "taskOptions<Api>({ type: 'parallel', worker: () => new Worker(''), | })",
    'queuePolicy',
    'What happens to a new call when the queue is full.',
  ],
  [
    'how do I try a call again that failed',
    "taskOptions<Api>({ type: 'parallel', worker: () => new Worker(''), | })",
    'retry',
    'Which calls run again;',
  ],
  [
    '… in a query',
    "useTaskQuery(taskQuery(search, 'find', 'a'), { | })",
    'retry',
    'How often the call is retried when its handler throws:',
  ],
  [
    '… when the worker died',
    "taskOptions<Api>({ type: 'parallel', worker: () => new Worker(''), retry: { | } })",
    'crash',
    'How often a call that had started runs again when its worker died,',
  ],
  [
    'how do I let the newest call of a document win',
    'task.with({ | })',
    'keyMode',
    'What happens to calls of one method and key.',
  ],
  ['… which words are there', "task.with({ keyMode: '|' })", 'latest', ''],
  [
    'how do I send calls of a document to the worker that has it',
    'task.with({ | })',
    'affinity',
    'The call goes to the worker that last served this, if that has room.',
  ],
  [
    'how do I do several calls on one worker',
    'task.control.|',
    'session',
    'Returns a task whose calls run in one life of one worker, one after another.',
  ],
  [
    'how do I tell all workers',
    'task.control.|',
    'broadcast',
    'Calls a method once on each worker that is up or starting.',
  ],
  ['how do I know which error it is', "isAtelierError(error, '|')", 'timeout-run', ''],
  // Data
  ['how do I send many inputs', 'task.control.|', 'map', 'Calls a method for each input.'],
  [
    '… and keep those that failed',
    "task.control.map('index', files, { | })",
    'failures',
    'What happens to items that fail.',
  ],
  ['how do I move a buffer', 'task.with({ | })', 'transfer', 'What to transfer instead of cloning.'],
  ['how do I give a worker a function of mine', 'react.|', 'callback', 'Marks a function in the arguments'],
  [
    'how do objects keep their class',
    "taskOptions<Api>({ type: 'parallel', worker: () => new Worker(''), | })",
    'codecs',
    'Codecs with which objects keep their class;',
  ],
  // Hear
  [
    'how do I hear what a worker says by itself',
    'task.control.|',
    'on',
    'Calls `listener` with each event of that name',
  ],
  ['… in a component', 'react.|', 'useTaskEvent', 'Calls `listener` with each event of that name'],
  ['… which events are there', "useTaskEvent(search, '|', () => {})", 'changed', ''],
  [
    'how do I show progress',
    "useTaskCall(search, 'index').|",
    'progress',
    'The newest value that the handler gave to `progress`.',
  ],
  [
    'how do I show the last result while the next is on its way',
    "useTaskQuery(taskQuery(search, 'find', 'a'), { | })",
    'placeholderData',
    '`data` until the result arrives;',
  ],
  [
    'how do I try the failed files again',
    "useTaskMap(search, 'index', files).|",
    'retryFailed',
    'Runs the items that failed.',
  ],
  [
    'how do I load before it is shown',
    'runtime.|',
    'prefetch',
    'Runs a query before a component shows its result.',
  ],
  ['which methods can I call', "useTaskCall(search, '|')", 'find', ''],
  ['… which of them are streams', "useTaskStream(search, '|')", 'tail', ''],
  // Life
  [
    'how do I wait until all is done',
    'runtime.|',
    'whenIdle',
    'Resolves when no call of any task is open, and no handler of an aborted call still runs.',
  ],
  ['how do I end without losing work', 'runtime.|', 'close', 'Ends the runtime when its work is done.'],
  ['how do I start the workers before the first call', 'task.control.|', 'start', 'Starts all workers.'],
  ['what hangs', 'runtime.|', 'inspect', 'Returns the state at this moment, call by call:'],
  [
    'how do I draw the state',
    'react.|',
    'useRuntimeSnapshot',
    'Returns the state of a runtime, or the part of it that `select` returns.',
  ],
  // The worker
  ['how do I report progress', 'worker.taskContext().|', 'progress', 'Sends the caller the current value;'],
  [
    'how do I let a cancel into a long loop',
    'worker.taskContext().|',
    'pause',
    'Lets messages arrive during a long loop, cancels among them.',
  ],
  [
    'how do I load something once',
    'worker.createTaskWorker({}, { | })',
    'setup',
    'Runs before the first call, at every start of the worker.',
  ],
  [
    'how do I save before the tab goes',
    'worker.createTaskWorker({}, { | })',
    'checkpoint',
    "Saves the worker's state:",
  ],
  ['how do I test without workers', 'testing.|', 'createFakeWorker', 'A Worker for tests'],
]

const marked = (at: string) => at.indexOf('|')
const paths = questions.map((_, index) => `${root}test/unit/surface/question-${index}.virtual.ts`)
const service = createEditor(
  new Map(
    questions.map(([, at], index) => [paths[index] as string, `${before}void (${at.replace('|', '')})\n`]),
  ),
)
const preferences = { includeCompletionsWithInsertText: true }

describe('autocompletion answers', () => {
  it.each(questions.map((each, index) => [...each, index] as const))(
    '%s: at %s it offers %s',
    (_question, at, offered, says, index) => {
      const path = paths[index] as string
      const offset = before.length + 'void ('.length + marked(at)
      const { entries = [] } = service.getCompletionsAtPosition(path, offset, preferences) ?? {}
      expect(entries.map(({ name }) => name)).toContain(offered)
      const details = service.getCompletionEntryDetails(
        path,
        offset,
        offered,
        {},
        undefined,
        preferences,
        undefined,
      )
      expect(ts.displayPartsToString(details?.documentation).replaceAll('\n', ' ')).toMatch(startsWith(says))
    },
  )
})

function startsWith(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('’', "['’]")}`)
}
