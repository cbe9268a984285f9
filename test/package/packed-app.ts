/** An app outside the repository that has the packed package installed, as npm would have unpacked it. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../../scripts/lib/entries.mjs'
import { packageJson } from '../../scripts/lib/package-json.mjs'
import { run } from '../../scripts/lib/run.mjs'

export interface PackedApp {
  dir: string
  /** The unpacked package. */
  packageDir: string
  /** Its files, relative to it. */
  files: string[]
  remove: () => void
}

export async function createPackedApp(): Promise<PackedApp> {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'atelier-package-'))
  const packageDir = join(dir, 'node_modules', 'atelier-react')
  mkdirSync(packageDir, { recursive: true })

  await succeed('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', dir], root)
  const tarball = readdirSync(dir).find((name) => name.endsWith('.tgz'))
  if (!tarball) throw new Error('npm pack left no tarball')
  await succeed('tar', ['-xzf', tarball, '--strip-components=1', '-C', packageDir], dir)

  // What npm would install beside it, taken from the repository so that no registry is needed.
  const { dependencies, peerDependencies } = packageJson()
  const beside = new Set([
    'react-dom',
    'scheduler',
    '@types/react',
    'csstype',
    ...Object.keys({ ...dependencies, ...peerDependencies }),
  ])
  for (const name of beside) link(name, dir)

  cpSync(new URL('./fixture', import.meta.url), dir, { recursive: true })
  const files = readdirSync(packageDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(packageDir.length + 1)
        .replaceAll('\\', '/'),
    )
  return { dir, packageDir, files, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

function link(name: string, dir: string): void {
  const target = join(dir, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), target, 'junction')
}

/** Runs a command and throws with its output when it fails. */
async function succeed(command: string, args: string[], cwd: string): Promise<void> {
  const { code, output } = await run(command, args, { cwd, capture: true })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with ${code}:\n${output}`)
}
