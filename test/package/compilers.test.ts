/** The declarations, read by the compilers that apps have: no `skipLibCheck`, with and without `Symbol.dispose` in the library. */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runBin } from '../../scripts/lib/run.mjs'
import { createPackedApp, type PackedApp } from './packed-app.ts'

const compilers = ['typescript-5-2', 'typescript-5-5', 'typescript-5-9', 'typescript']

const settings = [
  { moduleResolution: 'Bundler', module: 'ESNext', disposable: false, files: ['consumer.mts'] },
  {
    moduleResolution: 'Node16',
    module: 'Node16',
    disposable: false,
    files: ['consumer.mts', 'required.cts'],
  },
  {
    moduleResolution: 'NodeNext',
    module: 'NodeNext',
    disposable: true,
    files: ['consumer.mts', 'required.cts', 'using.mts'],
  },
] as const

const required = `
import hooks = require('atelier-react')
import core = require('atelier-react/core')
export const runtime: core.TaskRuntime = core.createTaskRuntime()
export const { useTaskCall } = hooks
`

let app: PackedApp
beforeAll(async () => {
  app = await createPackedApp()
  cpSync(new URL('./compilers', import.meta.url), app.dir, { recursive: true })
  writeFileSync(join(app.dir, 'required.cts'), required)
})
afterAll(() => app?.remove())

describe.each(compilers)('%s', (compiler) => {
  it.each(settings)(
    'reads the types with moduleResolution $moduleResolution, Symbol.dispose: $disposable',
    { timeout: 60_000 },
    async ({ disposable, files, module, moduleResolution }) => {
      const compilerOptions = {
        target: 'ES2022',
        lib: ['ES2022', 'DOM', 'DOM.Iterable', ...(disposable ? ['ESNext.Disposable'] : [])],
        module,
        moduleResolution,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        declaration: true,
        outDir: join(app.dir, 'out'),
        types: [],
        preserveSymlinks: true,
      }
      const project = join(app.dir, `tsconfig.${moduleResolution}.json`)
      writeFileSync(project, JSON.stringify({ compilerOptions, files }))
      const { code, output } = await runBin(`${compiler}/bin/tsc`, ['-p', project], {
        cwd: app.dir,
        capture: true,
      })
      expect({ code, output }).toEqual({ code: 0, output: '' })
    },
  )
})
