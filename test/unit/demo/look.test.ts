/** The look of the stories, where an accessibility checker does not look: graphics, fills, sizes. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../../stories/${path}`, import.meta.url), 'utf8')
const tokens = read('ui/tokens.css')
const sheets = ['ui/tokens.css', 'ui/switch.css', 'documents/documents.css', 'hooks/kit/hook-story.css']

type Theme = 'light' | 'dark'

function colour(name: string, theme: Theme): string {
  const [, light = '', dark = ''] =
    tokens.match(new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`)) ?? []
  return theme === 'light' ? light : dark
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

/** What a colour looks like when it is shown with an opacity on a background. */
function faded(hex: string, background: string, opacity: number): string {
  const channel = (of: string, at: number) => Number.parseInt(of.slice(at, at + 2), 16)
  const mixed = [1, 3, 5].map((at) =>
    Math.round(channel(hex, at) * opacity + channel(background, at) * (1 - opacity)),
  )
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

const text = [
  'ink',
  'ink-soft',
  'running-text',
  'pending-text',
  'failed-text',
  'succeeded',
  'canceled',
  'warn',
]
const graphics = ['running', 'pending', 'blocked', 'failed', 'succeeded', 'canceled', 'accent', 'line-strong']

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(text)('%s can be read on every surface', (name) => {
    for (const surface of ['paper', 'surface', 'sunken']) {
      expect.soft(contrast(colour(name, theme), colour(surface, theme)), surface).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('text that is faded while something loads can still be read', () => {
    const opacities = sheets.flatMap((path) =>
      [...read(path).matchAll(/opacity: (0?\.\d+);/g)].map(([, opacity]) => Number(opacity)),
    )
    expect(opacities.length).toBeGreaterThan(0)
    const surface = colour('surface', theme)
    for (const opacity of opacities) {
      const shown = faded(colour('ink-soft', theme), surface, opacity)
      expect.soft(contrast(shown, surface), `opacity ${opacity}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  it.each(graphics)('%s stands out as a shape', (name) => {
    for (const surface of ['paper', 'surface']) {
      expect.soft(contrast(colour(name, theme), colour(surface, theme)), surface).toBeGreaterThanOrEqual(3)
    }
  })
})

describe.each(sheets)('%s', (path) => {
  const sheet = read(path)

  it('has sizes that grow with the type of the reader', () => {
    const sizes = [...sheet.matchAll(/(?<![\w#.-])(\d+(?:\.\d+)?)px/g)].map(([, size]) => Number(size))
    // Lines, shadows and what is only for screen readers.
    expect(sizes.filter((size) => size > 6 && size !== 20)).toEqual([])
  })
})

describe('forced colours', () => {
  const forced = (path: string) => read(path).split('@media (forced-colors: active)')[1] ?? ''

  it.each(['.bar', '.bar-part', '.meter > span', '.share > .ran', '.chip[aria-pressed="true"]', '.swatch'])(
    'keep %s of the documents, whose fill they take away',
    (selector) => expect(forced('documents/documents.css')).toContain(selector),
  )

  it.each(['.status', 'progress', '.chips li'])('keep %s of the hooks', (selector) =>
    expect(forced('hooks/kit/hook-story.css')).toContain(selector),
  )

  it('keep a switch', () => expect(forced('ui/switch.css')).toContain('.switch input:checked'))

  it.each(['.chart-fill', '.chart-line'])('keep %s of the charts', (selector) =>
    expect(forced('observability/charts.css')).toContain(selector),
  )
})

describe('signs of states', () => {
  it('have a shape each: a call that waits does not look like one that was canceled', () => {
    const shapes = read('ui/state-glyph.tsx')
    const paths = [...shapes.matchAll(/^ {2}(\w+): '(M[^']+)'/gm)].map(([, state, path]) => ({ state, path }))
    expect(paths.map(({ state }) => state)).toEqual(['waiting', 'running', 'done', 'failed', 'canceled'])
    expect(new Set(paths.map(({ path }) => path)).size).toBe(paths.length)
  })

  it('are none without forced colours either: what is blocked and what is pending have another texture in lanes', () => {
    const [normal = '', forced = ''] = read('ui/lanes/lanes.css').split('@media (forced-colors: active)')
    for (const sheet of [normal, forced]) {
      const textures = ['pending', 'blocked'].map(
        (state) => sheet.split(`.lane-bar[data-state="${state}"]`)[1]?.match(/gradient\((\d+)deg/)?.[1],
      )
      expect(textures).toEqual(['45', '90'])
    }
  })
})
