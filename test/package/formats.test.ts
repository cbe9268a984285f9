/** The package with require(), alone and beside its ES modules: what there must be one of is one. */
import { cpSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entries, specifierOf } from '../../scripts/lib/entries.mjs'
import { run } from '../../scripts/lib/run.mjs'
import { createPackedApp, type PackedApp } from './packed-app.ts'

let app: PackedApp
beforeAll(async () => {
  app = await createPackedApp()
  cpSync(new URL('./formats', import.meta.url), app.dir, { recursive: true })
})
afterAll(() => app?.remove())

async function node(...args: string[]): Promise<unknown> {
  const all = ['--preserve-symlinks', '--preserve-symlinks-main', ...args]
  const { code, output } = await run(process.execPath, all, { cwd: app.dir, capture: true })
  if (code !== 0) throw new Error(output)
  return JSON.parse(output)
}

const doors = entries.filter((entry) => !entry.condition)

describe('require()', () => {
  it.each(doors)(
    'of $subpath gives a file of its own format, with the names of the module',
    async (entry) => {
      const specifier = specifierOf(entry)
      const script = `
      const names = (module) => Object.keys(module).filter((name) => !['default', 'module.exports'].includes(name)).sort()
      import('${specifier}').then((module) => console.log(JSON.stringify({
        file: require.resolve('${specifier}').slice(-4), required: names(require('${specifier}')), imported: names(module) })))`
      const seen = (await node('--input-type=commonjs', '--eval', script)) as Record<string, unknown>
      expect(seen['file']).toBe('.cjs')
      expect(seen['required']).toEqual(seen['imported'])
    },
  )

  it('gives the names of the module also under the react-server condition', async () => {
    const script = `console.log(JSON.stringify(Object.keys(require('atelier-react')).sort()))`
    const args = ['--input-type=commonjs', '--eval', script]
    expect(await node('--conditions=react-server', ...args)).toEqual(await node(...args))
  })

  it('shares classes of errors, contexts and registries with the ES modules of the same process', async () => {
    expect(await node('both.mjs')).toEqual({
      areTwo: true,
      keepsItsClass: true,
      isAbort: [true, true],
      isBase: [true, true],
      isTimeout: false,
      isTransferred: true,
      isChild: true,
      html: '<i>same runtime</i>',
      sameToken: true,
      isTakenOnce: true,
      seesLiveWorkers: true,
    })
  })
})
