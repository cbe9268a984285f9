/** Imports run downward, and each outside dependency has one room. */
import { describe, expect, it } from 'vitest'
import { face, rooms } from '../../scripts/lib/rooms.mjs'
import { codeOf, filesBelow, importsOf } from '../../scripts/lib/source-files.mjs'

const src = filesBelow(['src'])
const page = src.filter((file) => !file.startsWith('src/worker/'))
const published = filesBelow(['src', 'hooks', 'devtools', 'testing', 'in-process'])

/** Rooms whose modules run on both sides of the wire. */
const sharedWithWorkers = rooms.filter(({ side }) => side === 'both').map(({ name }) => name)

const roomOf = (file: string): string => /^src\/([\w-]+)\//.exec(file)?.[1] ?? ''
const floorOf = (file: string): number => rooms.findIndex(({ name }) => name === roomOf(file))

describe('the rooms of src/', () => {
  it('are those on the list, and hold every file but the face', () => {
    expect(src.filter((file) => file !== face && floorOf(file) < 0)).toEqual([])
  })

  it('let imports go downward only, those of types too', () => {
    const upward = src
      .filter((from) => from !== face)
      .flatMap((from) =>
        importsOf(from)
          .filter(({ file }) => file?.startsWith('src/') && floorOf(file) < floorOf(from))
          .map(({ file = '' }) => `${from} imports ${file}`),
      )
    expect(upward).toEqual([])
  })

  it('have no circle, not even of types', () => {
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

describe('each outside dependency', () => {
  const foreign = (
    files: string[],
    allowed: (target: { specifier: string; file: string | undefined; typeOnly: boolean }) => boolean,
  ) =>
    files.flatMap((from) =>
      importsOf(from)
        .filter((target) => !allowed(target))
        .map(({ specifier }) => `${from}: ${specifier}`),
    )

  it('src/ knows no package but the OpenTelemetry API, and that only in telemetry/otel/ and types/otel.ts', () => {
    const otel = src.filter((file) => /^src\/(telemetry\/otel\/[\w-]+|types\/otel)\.ts$/.test(file))
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

  it('src/worker/ imports the rooms that are shared with the page, and nothing else', () => {
    const allowed = ['worker', ...sharedWithWorkers]
    expect(
      foreign(
        src.filter((file) => roomOf(file) === 'worker'),
        ({ file = '' }) => allowed.includes(roomOf(file)),
      ),
    ).toEqual([])
  })

  it('the page imports nothing from src/worker/ but types', () => {
    expect(foreign(page, ({ file, typeOnly }) => typeOnly || !file?.startsWith('src/worker/'))).toEqual([])
  })

  it('hooks/ imports React, its store shim, the face of the core and its lowest room', () => {
    const packages = /^(react|react\/jsx-runtime|use-sync-external-store\/.+)$/
    expect(
      foreign(filesBelow(['hooks']), ({ specifier, file }) =>
        file ? /^(hooks|src\/lib)\/|^src\/index\.ts$/.test(file) : packages.test(specifier),
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
        ({ file = '' }) => /^(testing|in-process|src)\//.test(file),
      ),
    ).toEqual([])
  })

  it('in-process/ imports itself and the core: an app on a server has no React', () => {
    expect(foreign(filesBelow(['in-process']), ({ file = '' }) => /^(in-process|src)\//.test(file))).toEqual(
      [],
    )
  })

  it('telemetry that comes late is imported late, but by the entry that wants it at once', () => {
    const reached = new Set(['src/index.ts'])
    for (const file of reached) {
      for (const target of importsOf(file))
        if (target.file !== undefined && !target.isLate && !target.typeOnly) reached.add(target.file)
    }
    expect(reached.size).toBeGreaterThan(50)
    expect([...reached].filter((file) => file.startsWith('src/telemetry/record/'))).toEqual([])
    const late = importsOf('src/telemetry/late-recording.ts').filter(({ isLate }) => isLate)
    expect(late.map(({ file }) => file)).toEqual(['src/telemetry/record/recorder.ts'])
  })

  it('only user-timing.ts writes to the timeline', () => {
    const timeline =
      /\bperformance\s*\.\s*(measure|mark|clearMeasures|clearMarks)\b|\bconsole\s*\.\s*timeStamp\b/
    const writers = published.filter((file) => timeline.test(codeOf(file)))
    expect(writers.filter((file) => file !== 'src/telemetry/user-timing/user-timing.ts')).toEqual([])
  })
})

/** A cycle of imports, types included, as the files on it, or nothing. */
function cycleIn(files: readonly string[]): string[] {
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const visit = (file: string): string[] => {
    if (state.get(file) === 'done' || !files.includes(file)) return []
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file]
    state.set(file, 'open')
    path.push(file)
    for (const target of importsOf(file)) {
      const cycle = target.file ? visit(target.file) : []
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
