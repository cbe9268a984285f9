import { describe, expect, it } from 'vitest'
import { findEngine } from '../../../scripts/engines/find.mjs'
import { howToGet, isCi, laneAction, packagesFor, setupAction } from '../../../scripts/engines/lanes.mjs'

/** A Linux on which these files exist, and nothing else. */
const linux = (files: readonly string[], env: Record<string, string> = {}) => ({
  platform: 'linux' as const,
  env,
  exists: (file: string) => files.includes(file),
  folders: () => ['aarch64-linux-gnu', 'x86_64-linux-gnu'],
})

describe('findEngine', () => {
  const miniBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'

  it('finds Firefox in its usual place, on the path, or where it is said to be', () => {
    expect(findEngine('firefox', linux(['/usr/bin/firefox-esr', '/usr/bin/firefox']))).toEqual({
      paths: { browser: '/usr/bin/firefox-esr' },
      missing: [],
    })
    expect(findEngine('firefox', linux(['/opt/fx/firefox'], { PATH: '/bin:/opt/fx' })).paths).toEqual({
      browser: '/opt/fx/firefox',
    })
    const named = linux(['/usr/bin/firefox-esr', '/my/firefox'], { FIREFOX_PATH: '/my/firefox' })
    expect(findEngine('firefox', named).paths).toEqual({ browser: '/my/firefox' })
  })

  it('does not take another Firefox than the one that was named', () => {
    const wrong = linux(['/usr/bin/firefox-esr'], { FIREFOX_PATH: '/nowhere' })
    expect(() => findEngine('firefox', wrong)).toThrow('FIREFOX_PATH is /nowhere, but there is no such file.')
  })

  it('needs all parts of WebKit, whatever the architecture', () => {
    expect(findEngine('webkit', linux(['/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb', miniBrowser]))).toEqual({
      paths: { driver: '/usr/bin/WebKitWebDriver', browser: miniBrowser, display: '/usr/bin/Xvfb' },
      missing: [],
    })
    expect(findEngine('webkit', linux(['/usr/bin/WebKitWebDriver', miniBrowser])).missing).toEqual([
      'display',
    ])
    expect(findEngine('webkit', linux([])).missing).toEqual(['driver', 'browser', 'display'])
  })
})

describe('what the set-up does', () => {
  it('installs what is missing where it may, else it says so', () => {
    const missing = ['browser']
    expect(setupAction({ missing: [], isDebian: true, isRoot: true })).toBe('ready')
    expect(setupAction({ missing, isDebian: true, isRoot: true })).toBe('install')
    expect(setupAction({ missing, isDebian: true, isRoot: false })).toBe('say')
    expect(setupAction({ missing, isDebian: false, isRoot: true })).toBe('say')
  })

  it('asks for each package once', () => {
    expect(packagesFor('webkit', ['driver', 'browser', 'display'])).toEqual(['webkit2gtk-driver', 'xvfb'])
    expect(packagesFor('webkit', ['display'])).toEqual(['xvfb'])
  })

  it('says in one line what is missing and how to get it', () => {
    expect(howToGet('firefox', ['browser'])).toBe(
      'no Firefox to test in: Debian has it by `apt-get install firefox-esr`, or set FIREFOX_PATH to its executable.',
    )
    expect(howToGet('webkit', ['display'])).toBe(
      'no WebKit to test in: Debian has it by `apt-get install xvfb`.',
    )
  })
})

describe('what `npm test` does with a lane', () => {
  it('leaves it out where the browser is missing, but not on CI', () => {
    expect(laneAction({ missing: [], isCi: true })).toBe('run')
    expect(laneAction({ missing: [], isCi: false })).toBe('run')
    expect(laneAction({ missing: ['browser'], isCi: false })).toBe('skip')
    expect(laneAction({ missing: ['browser'], isCi: true })).toBe('fail')
  })

  it('knows CI by its variable, unless that says no', () => {
    expect(isCi({ CI: 'true' })).toBe(true)
    expect(isCi({ CI: '1' })).toBe(true)
    expect(isCi({ CI: 'false' })).toBe(false)
    expect(isCi({})).toBe(false)
  })
})
