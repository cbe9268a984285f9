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
      const conditions = entries.filter((entry) => entry.subpath === subpath && entry.condition)
      wanted[subpath] = {
        types: `./dist/${name}.d.ts`,
        ...Object.fromEntries(conditions.map((entry) => [entry.condition, `./dist/${entry.name}.js`])),
        import: `./dist/${name}.js`,
      }
    }
    expect(manifest.exports).toEqual(wanted)
  })

  it('puts types first and the default last in every export, as resolvers take the first that fits', () => {
    for (const target of Object.values(manifest.exports)) {
      if (typeof target !== 'object' || target === null) continue
      const keys = Object.keys(target)
      expect([keys[0], keys.at(-1)]).toEqual(['types', 'import'])
    }
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
