import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findChromium, usualLocations } from '../../../scripts/lib/chromium.mjs'

const system = (files: string[], env: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') => ({
  env,
  platform,
  exists: (file: string) => files.includes(file),
  playwright: () => '/playwright/chrome',
})

describe('findChromium', () => {
  it('takes CHROMIUM_PATH before all', () => {
    const files = ['/my/chromium', '/usr/bin/chromium']
    expect(findChromium(system(files, { CHROMIUM_PATH: '/my/chromium' }))).toBe('/my/chromium')
  })

  it('does not test in another browser than the one that was named', () => {
    expect(() => findChromium(system(['/usr/bin/chromium'], { CHROMIUM_PATH: '/gone' }))).toThrow(
      'CHROMIUM_PATH is /gone, but there is no such file.',
    )
  })

  it('prefers Chromium to Chrome, and both to what is only on the PATH', () => {
    const chrome = '/usr/bin/google-chrome'
    expect(findChromium(system([chrome, '/usr/bin/chromium']))).toBe('/usr/bin/chromium')
    expect(findChromium(system([chrome, join('/opt/bin', 'chromium')], { PATH: '/opt/bin' }))).toBe(chrome)
  })

  it('looks along the PATH', () => {
    const file = join('/opt/bin', 'google-chrome-stable')
    expect(findChromium(system([file], { PATH: ['/nothing', '/opt/bin'].join(delimiter) }))).toBe(file)
  })

  it("falls back to Playwright's own, if it was downloaded", () => {
    expect(findChromium(system(['/playwright/chrome']))).toBe('/playwright/chrome')
    expect(findChromium(system([]))).toBeUndefined()
    expect(findChromium({ ...system([]), playwright: () => undefined })).toBeUndefined()
  })

  it('knows where macOS and Windows put it', () => {
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
    expect(findChromium(system([mac], {}, 'darwin'))).toBe(mac)
    const env = { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' }
    const windows = 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe'
    expect(usualLocations('win32', env)).toContain(windows)
    expect(findChromium(system([windows], env, 'win32'))).toBe(windows)
  })
})
