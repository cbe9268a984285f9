/** Imports run downward, and each outside dependency has one room. */
import { describe, expect, it } from 'vitest'
import { codeOf, filesBelow, importsOf } from './source-files.ts'

/**
 * The floors of src/, the highest first. A file may import values from its own floor and those below. A new file is
 * placed here deliberately: one that no pattern knows fails.
 */
const floors: readonly [name: string, files: RegExp][] = [
  ['face', /^index\.ts$/],
  ['runtime', /^runtime(-\w+)*\.ts$/],
  ['tasks', /^(define-task|parallel-limit|limited-run|task(-\w+)+)\.ts$/],
  [
    'executors',
    /^(worker-pool|worker-fleet|channel-desk|dispatcher|rebalancer|canceller|crash-recovery|executor|(call-key|(pool|fleet)(-\w+)+))\.ts$/,
  ],
  [
    'channel and queue',
    /^(worker-channel|worker-wire|reply-reader|call-news|call-batch|cancel-flags|cancel-message|life-lock|reply-outcome|run-window|run-heir|window|heartbeat|dispatch-queue|priority-lists|settlement|keys|(channel(?!-desk)|queue|key|lane)(-\w+)+)\.ts$/,
  ],
  ['shared by executors', /^(host|abort-task-controller|runtime-snapshot|snapshot(-\w+)+)\.ts$/],
  ['telemetry', /^observability\/[\w-]+\.ts$/],
  [
    'calls',
    /^(call|sparse-call|call-list|task-call|task-config|singleton-worker|stream-buffer|signals|timer-wheel|clock|kept-shapes|observability\/(instrumentation|attributes))\.ts$/,
  ],
  [
    'leaves',
    /^(failures|burst-errors|in-process|large-clones|listener|live-workers|start-trace|error-codec|clone-path|transferables|batching|validate|ids|traceparent|version|observability\/(development|ids|sampling|traceparent|version))\.ts$/,
  ],
  ['words', /^(protocol|errors|task-types|runtime-types|observability\/telemetry-types)\.ts$/],
]

/** Pure modules that run on both sides of the wire. */
const sharedWithWorkers = [
  'src/wire/protocol.ts',
  'src/errors/errors.ts',
  'src/wire/error-codec.ts',
  'src/wire/clone-path.ts',
  'src/wire/transferables.ts',
  'src/wire/batchable.ts',
  'src/wire/large-clones.ts',
  'src/lib/warn.ts',
]
/** Modules of types, which leave nothing in a worker. */
const typesForWorkers = ['src/types/task.ts', 'src/types/telemetry.ts']

const src = filesBelow(['src'])
const page = src.filter((file) => !file.startsWith('src/worker/'))
const published = filesBelow(['src', 'hooks', 'devtools', 'testing'])

/** The most specific place wins: of the patterns that match, the lowest floor. */
const floorOf = (file: string): number =>
  floors.findLastIndex(([, files]) => files.test(file.slice('src/'.length)))
const floorName = (file: string): string => floors[floorOf(file)]?.[0] ?? 'nowhere'

describe('the floors of src/', () => {
  it('know every file', () => {
    expect(page.filter((file) => floorOf(file) < 0)).toEqual([])
  })

  it('let values be imported downward only', () => {
    const upward = page.flatMap((from) =>
      importsOf(from)
        .filter(
          (target) =>
            !target.typeOnly && target.file?.startsWith('src/') && !target.file.startsWith('src/worker/'),
        )
        .filter(({ file = '' }) => floorOf(file) >= 0 && floorOf(file) < floorOf(from))
        .map(({ file = '' }) => `${from} (${floorName(from)}) imports ${file} (${floorName(file)})`),
    )
    expect(upward).toEqual([])
  })

  it('show not even their types from the runtime up', () => {
    const tasks = floors.findIndex(([name]) => name === 'tasks')
    const upward = page.flatMap((from) =>
      importsOf(from)
        .filter(({ file }) => file && page.includes(file) && floorOf(file) >= 0)
        .filter(({ file = '' }) => floorOf(file) <= tasks && floorOf(file) < floorOf(from))
        .map(({ file }) => `${from} imports ${file}`),
    )
    expect(upward).toEqual([])
  })

  it('have no cycle', () => {
    expect(cycleIn(published)).toEqual([])
  })

  it('resolve every relative import to a file', () => {
    const missing = published.flatMap((from) =>
      importsOf(from)
        .filter(({ file }) => file !== undefined && !published.includes(file))
        .map(({ specifier }) => `${from}: ${specifier}`),
    )
    expect(missing).toEqual([])
  })
})

describe('the rooms', () => {
  const foreign = (
    files: string[],
    allowed: (target: { specifier: string; file: string | undefined; typeOnly: boolean }) => boolean,
  ) =>
    files.flatMap((from) =>
      importsOf(from)
        .filter((target) => !allowed(target))
        .map(({ specifier }) => `${from}: ${specifier}`),
    )

  it('src/ knows no package but the OpenTelemetry API, and that only in observability/otel*.ts', () => {
    const otel = src.filter((file) => /^src\/observability\/otel[\w-]*\.ts$/.test(file))
    expect(
      foreign(otel, ({ specifier, file }) => file !== undefined || specifier === '@opentelemetry/api'),
    ).toEqual([])
    expect(
      foreign(
        src.filter((file) => !otel.includes(file)),
        ({ file }) => file !== undefined,
      ),
    ).toEqual([])
  })

  it('src/ does not reach out of src/', () => {
    expect(foreign(src, ({ file }) => file === undefined || file.startsWith('src/'))).toEqual([])
  })

  it('src/worker/ imports what is shared with the page, and nothing else', () => {
    const worker = src.filter((file) => file.startsWith('src/worker/'))
    const allowed = (file = '') => file.startsWith('src/worker/') || sharedWithWorkers.includes(file)
    expect(
      foreign(
        worker,
        ({ file, typeOnly }) => allowed(file) || (typeOnly && typesForWorkers.includes(file ?? '')),
      ),
    ).toEqual([])
  })

  it('what is shared with workers imports nothing that is not', () => {
    const shared = sharedWithWorkers.filter((file) => src.includes(file))
    expect(
      foreign(shared, ({ file, typeOnly }) => typeOnly || sharedWithWorkers.includes(file ?? '')),
    ).toEqual([])
  })

  it('the page imports nothing from src/worker/ but types', () => {
    expect(foreign(page, ({ file, typeOnly }) => typeOnly || !file?.startsWith('src/worker/'))).toEqual([])
  })

  it('hooks/ imports React, its store shim and the face of the core', () => {
    const packages = /^(react|react\/jsx-runtime|use-sync-external-store\/.+)$/
    expect(
      foreign(filesBelow(['hooks']), ({ specifier, file }) =>
        file ? file.startsWith('hooks/') || file === 'src/index.ts' : packages.test(specifier),
      ),
    ).toEqual([])
  })

  it('devtools/ imports the core by its face, the hooks by theirs', () => {
    expect(
      foreign(
        filesBelow(['devtools']),
        ({ file }) =>
          !file || file.startsWith('devtools/') || ['src/index.ts', 'hooks/index.ts'].includes(file),
      ),
    ).toEqual([])
  })

  it('testing/ knows no React, but for the one file that loads it when it is called', () => {
    const loaded = importsOf('testing/render-with-atelier.ts').filter(({ file }) => !file)
    expect(loaded.map(({ specifier }) => specifier).sort()).toEqual(['atelier-react', 'react'])
    expect(codeOf('testing/render-with-atelier.ts')).not.toMatch(/from ?'(react|atelier-react)'/)
    expect(
      foreign(
        filesBelow(['testing']).filter((file) => file !== 'testing/render-with-atelier.ts'),
        ({ file }) => file?.startsWith('testing/') || file?.startsWith('src/') || false,
      ),
    ).toEqual([])
  })

  it('only user-timing.ts writes to the timeline', () => {
    const timeline =
      /\bperformance\s*\.\s*(measure|mark|clearMeasures|clearMarks)\b|\bconsole\s*\.\s*timeStamp\b/
    const writers = published.filter((file) => timeline.test(codeOf(file)))
    expect(writers.filter((file) => file !== 'src/telemetry/user-timing/user-timing.ts')).toEqual([])
  })
})

/** A cycle of value imports, as the files on it, or nothing. */
function cycleIn(files: readonly string[]): string[] {
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const visit = (file: string): string[] => {
    if (state.get(file) === 'done' || !files.includes(file)) return []
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file]
    state.set(file, 'open')
    path.push(file)
    for (const target of importsOf(file)) {
      const cycle = target.typeOnly || !target.file ? [] : visit(target.file)
      if (cycle.length > 0) return cycle
    }
    path.pop()
    state.set(file, 'done')
    return []
  }
  for (const file of files) {
    const cycle = visit(file)
    if (cycle.length > 0) return cycle
  }
  return []
}
