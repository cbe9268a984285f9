/** Makes each story two tests. After its own test, the page is checked by the same rules in the other theme, 320 px wide. */
import type { Preview } from '@storybook/react-vite'
import * as accessibility from '@storybook/addon-a11y/preview'
import { expect, waitFor } from 'storybook/test'

type AfterEach = Extract<NonNullable<Preview['afterEach']>, (...args: never[]) => unknown>

const WIDE = [1_200, 900] as const
const NARROW = [320, 700] as const

/** Runs only under Vitest. In Storybook itself the page stays as it is. */
export const twin: AfterEach = async (context) => {
  if (!('__vitest_browser__' in globalThis)) return
  const { page } = await import('vitest/browser')
  const before = document.documentElement.dataset['theme'] ?? 'light'
  const [other, themed] = [before === 'dark' ? 'light' : 'dark', themedIn(context.canvasElement)]
  const wear = (theme: string) => {
    for (const element of themed) element.dataset['theme'] = theme
  }
  wear(other)
  await page.viewport(...NARROW)
  try {
    // The page must not scroll sideways. Wide content scrolls inside a frame.
    await waitFor(() => expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(NARROW[0]))
    await settled(context.canvasElement)
    await accessibility.afterEach(context)
  } finally {
    wear(before)
    await page.viewport(...WIDE)
  }
}

/** The page and the panels in it. Each has a separate theme. */
function themedIn(canvasElement: HTMLElement): HTMLElement[] {
  const panels = [...canvasElement.querySelectorAll('*')].flatMap(({ shadowRoot }) => [
    ...(shadowRoot?.querySelectorAll<HTMLElement>('.atelier') ?? []),
  ])
  return [document.documentElement, ...panels]
}

/** Waits for transitions: their colours belong to neither theme. */
async function settled(canvasElement: HTMLElement): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(resolve))
  const moving = canvasElement
    .getAnimations({ subtree: true })
    .filter((each) => each instanceof CSSTransition)
  await Promise.allSettled(moving.map(({ finished }) => finished))
}
