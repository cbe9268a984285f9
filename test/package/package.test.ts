/** The package as users get it: packed, unpacked elsewhere, type-checked, imported, bundled and run in Chromium. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { preview } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchOptions } from '../../scripts/lib/chromium.mjs'
import { entries, specifierOf } from '../../scripts/lib/entries.mjs'
import { packageJson } from '../../scripts/lib/package-json.mjs'
import { run, runBin } from '../../scripts/lib/run.mjs'
import { anysIn, firstLine, graphOf } from './built-files.ts'
import { createPackedApp, type PackedApp } from './packed-app.ts'

let app: PackedApp
beforeAll(async () => {
  app = await createPackedApp()
})
afterAll(() => app?.remove())

const doors = entries.filter((entry) => !entry.condition)
const clientDoors = ['index', 'devtools', 'devtools-production']

describe('the files', () => {
  it('are dist/, the manifest and the papers', () => {
    const papers =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/(chunks\/)?[\w-]+\.(c?js|c?js\.map|d\.c?ts))$/
    expect(app.files.filter((file) => !papers.test(file))).toEqual([])
  })

  it('are all that the manifest names', () => {
    const named = JSON.stringify(packageJson().exports).match(/dist\/[\w.-]+/g) ?? []
    expect(named.filter((file) => !app.files.includes(file))).toEqual([])
  })

  it('have a source map for each script, with the sources in it', () => {
    const scripts = app.files.filter((file) => /\.c?js$/.test(file))
    expect(scripts.filter((file) => !app.files.includes(`${file}.map`))).toEqual([])
    const without = scripts.filter((file) => {
      const { sources, sourcesContent = [] } = JSON.parse(
        readFileSync(join(app.packageDir, `${file}.map`), 'utf8'),
      ) as { sources: string[]; sourcesContent?: (string | null)[] }
      return sources.some((_, index) => !sourcesContent[index])
    })
    expect(without).toEqual([])
  })

  it.each(entries)('the script of $name says whether it is for the client', ({ name }) => {
    const directive = /^['"]use client['"];?$/
    for (const script of [`dist/${name}.js`, `dist/${name}.cjs`]) {
      if (clientDoors.includes(name)) expect(firstLine(app.packageDir, script)).toMatch(directive)
      else {
        const { files } = graphOf(app.packageDir, script)
        expect(files.filter((file) => directive.test(firstLine(app.packageDir, file)))).toEqual([])
      }
    }
  })

  it.each(doors)('the script of $name imports only the packages it may', ({ name }) => {
    const otel = '@opentelemetry/api'
    const react = /^(react|react\/jsx-runtime|use-sync-external-store\/.+)$/
    const { files, packages } = graphOf(app.packageDir, `dist/${name}.js`)
    if (name === 'worker') expect({ files, packages }).toEqual({ files: ['dist/worker.js'], packages: [] })
    else if (clientDoors.includes(name)) {
      // The panel has a root of its own.
      const own = name.startsWith('devtools') ? [otel, 'react-dom/client'] : [otel]
      expect(packages.filter((specifier) => !own.includes(specifier) && !react.test(specifier))).toEqual([])
    } else {
      // What renderWithAtelier loads when it is called; the entry itself loads without.
      const lazy = name === 'testing' ? ['react', 'atelier-react'] : []
      expect(packages.filter((specifier) => ![otel, ...lazy].includes(specifier))).toEqual([])
    }
  })

  it('say nothing of `any` in their types', () => {
    const types = app.files.filter((file) => /\.d\.c?ts$/.test(file))
    expect(types.flatMap((file) => anysIn(app.packageDir, file))).toEqual([])
  })
})

describe('another project', () => {
  it.each(['Bundler', 'NodeNext'])('type-checks against it with moduleResolution %s', async (resolution) => {
    const compilerOptions = {
      target: 'ES2022',
      lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      module: resolution === 'NodeNext' ? 'NodeNext' : 'ESNext',
      moduleResolution: resolution,
      allowImportingTsExtensions: true,
      strict: true,
      noEmit: true,
      types: [],
      preserveSymlinks: true,
    }
    const imports = doors.map(
      (entry, i) => `import * as door${i} from '${specifierOf(entry)}'\nexport { door${i} }\n`,
    )
    writeFileSync(join(app.dir, 'doors.ts'), imports.join(''))
    writeFileSync(join(app.dir, 'package.json'), JSON.stringify({ type: 'module', private: true }))
    writeFileSync(join(app.dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    const { code, output } = await runBin('typescript/bin/tsc', ['-p', app.dir], {
      cwd: app.dir,
      capture: true,
    })
    expect({ code, output }).toEqual({ code: 0, output: '' })
  })

  it.each(doors)('imports $subpath in Node, as a server that renders does', async (entry) => {
    const names = await namesIn(specifierOf(entry))
    expect(names.length > 0).toBe(!entry.isEffect)
  })

  it.skipIf(!entries.some(({ condition }) => condition === 'react-server'))(
    'finds the same names under the react-server condition',
    async () => {
      expect(await namesIn('atelier-react', ['--conditions=react-server'])).toEqual(
        await namesIn('atelier-react'),
      )
    },
  )

  it('bundles a page and a worker that do one call', async () => {
    const built = await runBin('vite/bin/vite.js', ['build', '--logLevel', 'warn'], {
      cwd: app.dir,
      capture: true,
    })
    expect(built.output).not.toMatch(/error/i)
    expect(built.code).toBe(0)
    expect(existsSync(join(app.dir, 'dist/index.html'))).toBe(true)

    const server = await preview({
      root: app.dir,
      logLevel: 'error',
      preview: { port: 0, host: '127.0.0.1' },
    })
    const browser = await chromium.launch(launchOptions())
    try {
      const page = await browser.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      await page.goto(server.resolvedUrls?.local[0] ?? '')
      await page.waitForFunction(() => document.querySelector('output')?.textContent, undefined, {
        timeout: 30_000,
      })
      const text = await page.textContent('output')
      expect(JSON.parse(text ?? '')).toEqual({ doubled: 42, scope: 'DedicatedWorkerGlobalScope' })
      expect(problems).toEqual([])
    } finally {
      await browser.close()
      await server.close()
    }
  })
})

async function namesIn(specifier: string, flags: string[] = []): Promise<string[]> {
  const script = `console.log(JSON.stringify(Object.keys(await import('${specifier}')).sort()))`
  const args = ['--preserve-symlinks', ...flags, '--input-type=module', '--eval', script]
  const { code, output } = await run(process.execPath, args, { cwd: app.dir, capture: true })
  if (code !== 0) throw new Error(output)
  return JSON.parse(output)
}
