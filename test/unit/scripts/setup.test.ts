import { describe, expect, it } from 'vitest'
import { installState, satisfies, stampOf } from '../../../scripts/lib/installed.mjs'
import { checkNode } from '../../../scripts/setup.mjs'

const system = { platform: 'linux', arch: 'x64', version: 'v20.19.0' }
const lock = (react: string) =>
  JSON.stringify({ packages: { '': {}, 'node_modules/react': { version: react } } })

function stateOf(changes: { stored?: string | undefined; present?: string | undefined; version?: string }) {
  const lockfile = lock('19.3.1')
  const stamp = stampOf(lockfile, { ...system, version: changes.version ?? system.version })
  const good = stampOf(lockfile, system)
  const stored = 'stored' in changes ? changes.stored : `${good.system}\n${good.lockfile}\n`
  const present = 'present' in changes ? changes.present : lockfile
  return installState({ stamp, stored, lockfile, present })
}

describe('the state of node_modules', () => {
  it('is ready when the stamp is of this lockfile and this system', () => {
    expect(stateOf({})).toBe('ready')
  })

  it('asks for an install when nothing is installed', () => {
    expect(stateOf({ present: undefined })).toBe('install')
    expect(stateOf({ present: undefined, stored: undefined })).toBe('install')
  })

  it('asks for an install when the lockfile has moved on', () => {
    const old = `${stampOf(lock('19.0.0'), system).system}\nanother hash\n`
    expect(stateOf({ stored: old, present: lock('19.0.0') })).toBe('install')
    expect(stateOf({ stored: undefined, present: lock('19.0.0') })).toBe('install')
  })

  it('accepts an install that was made by hand', () => {
    expect(stateOf({ stored: undefined })).toBe('unstamped')
  })

  it('asks for an install when Node or the platform is another', () => {
    expect(stateOf({ version: 'v22.0.0' })).toBe('install')
    expect(stateOf({ version: 'v20.20.2' })).toBe('ready')
    expect(stateOf({ stored: `darwin arm64 node 20\n${stampOf(lock('19.3.1')).lockfile}\n` })).toBe('install')
  })

  it('asks for an install when a file cannot be read as what it should be', () => {
    expect(stateOf({ stored: undefined, present: '{ broken' })).toBe('install')
  })
})

describe('satisfies', () => {
  it('lets the binaries of other platforms be absent', () => {
    const wanted = {
      packages: {
        'node_modules/a': { version: '1.0.0' },
        'node_modules/b': { version: '1.0.0', optional: true },
      },
    }
    expect(satisfies(wanted, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true)
    expect(satisfies(wanted, { packages: {} })).toBe(false)
  })
})

describe('checkNode', () => {
  it('names the version that is needed', () => {
    expect(() => checkNode('20.18.3', '>=20.19')).toThrow('Node 20.18.3 is too old: >=20.19 is needed.')
    expect(() => checkNode('18.20.0', '>=20.19')).toThrow('too old')
    expect(() => checkNode('20.19.0', '>=20.19')).not.toThrow()
    expect(() => checkNode('22.0.0', '>=20.19')).not.toThrow()
  })
})
