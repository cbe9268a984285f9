/** package.json, the entries, the path mapping and the lockfile tell one story. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import ts from 'typescript'
import { entries, plannedEntries, root, specifierOf } from '../../scripts/lib/entries.mjs'
import { packageJson } from '../../scripts/lib/package-json.mjs'
import { filesBelow, read } from '../../scripts/lib/source-files.mjs'

const manifest = packageJson()

describe('package.json', () => {
  it('exports exactly the entries that have a source', () => {
    const wanted: Record<string, unknown> = { './package.json': './package.json' }
    for (const { subpath, name, condition } of entries) {
      if (condition) continue
      const module = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` }
      const required = { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` }
      const answers = entries.filter((entry) => entry.subpath === subpath && entry.condition)
      wanted[subpath] = {
        ...Object.fromEntries(
          answers.map((entry) => [
            entry.condition,
            {
              require: { ...required, default: `./dist/${entry.name}.cjs` },
              default: { ...module, default: `./dist/${entry.name}.js` },
            },
          ]),
        ),
        // Bundlers take modules for both, so that a page that mixes import and require() has the code once.
        module,
        require: required,
        default: module,
      }
    }
    expect(manifest.exports).toEqual(wanted)
  })

  it('puts the default last in every export, and the types first in each format', () => {
    const check = (target: unknown): void => {
      if (typeof target !== 'object' || target === null) return
      const keys = Object.keys(target)
      expect(keys.at(-1)).toBe('default')
      if (keys.includes('types')) expect(keys[0]).toBe('types')
      for (const inner of Object.values(target)) check(inner)
    }
    for (const target of Object.values(manifest.exports)) check(target)
  })

  it('pins every dependency that is not a peer', () => {
    const own = Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies })
    // A package of the repository itself, for what cannot be installed beside the rest, pins its own.
    const linked = own.flatMap(([, version]) => /^file:(test\/.+)$/.exec(version)?.[1] ?? [])
    const theirs = linked.flatMap((folder) =>
      Object.entries<string>(JSON.parse(read(`${folder}/package.json`)).dependencies),
    )
    const isPinned = (version: string) => /^((npm:.+@)?\d+\.\d+\.\d+|file:test\/.+)$/.test(version)
    expect([...own, ...theirs].filter(([, version]) => !isPinned(version))).toEqual([])
  })

  it('runs nothing on install', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish']
    expect(hooks.filter((hook) => hook in manifest.scripts)).toEqual([])
  })
})

it('the compiler maps each public name to the source of its entry', () => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile.bind(ts.sys))
  const wanted = plannedEntries
    .filter((entry) => !entry.condition)
    .map((entry) => [specifierOf(entry), [`./${entry.source}`]])
  const paths = Object.entries<string[]>(config.compilerOptions.paths)
  // The benchmarks have names of their own.
  const ours = paths.filter(([name]) => !name.startsWith('atelier-against/'))
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(wanted))
})

it('the lockfile names no registry', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/)
})

it('a version in the sources is the version of the package', () => {
  const constant = /\b(?:PACKAGE_)?VERSION(?:: string)? = '(\d+\.\d+\.\d+)'/i
  const versions = filesBelow(['src']).flatMap((file) => constant.exec(read(file))?.[1] ?? [])
  expect(versions.filter((version) => version !== manifest.version)).toEqual([])
})

it('the changelog has a place for what is not released', () => {
  expect(existsSync(`${root}LICENSE`)).toBe(true)
  expect(read('CHANGELOG.md')).toMatch(/^## \[Unreleased\]$/m)
})
