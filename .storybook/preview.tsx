import type { Decorator, Preview } from '@storybook/react-vite'
import { useEffect } from 'react'
import { twin } from './twin.ts'

type Theme = 'system' | 'light' | 'dark'

const darkScheme = () => window.matchMedia('(prefers-color-scheme: dark)')

/** Puts the theme on <html>, where the stories' styles look for it, and follows the system until one is chosen. */
const withTheme: Decorator = (Story, { globals }) => {
  const theme = globals['theme'] as Theme
  useEffect(() => {
    const media = darkScheme()
    const apply = () => {
      document.documentElement.dataset['theme'] =
        theme === 'system' ? (media.matches ? 'dark' : 'light') : theme
    }
    apply()
    media.addEventListener('change', apply)
    return () => media.removeEventListener('change', apply)
  }, [theme])
  return <Story />
}

const preview: Preview = {
  tags: ['autodocs'],
  decorators: [withTheme],
  afterEach: twin,
  initialGlobals: { theme: 'system' },
  globalTypes: {
    theme: {
      description: 'Colour scheme of the canvas',
      toolbar: {
        title: 'Theme',
        icon: 'contrast',
        dynamicTitle: true,
        items: [
          { value: 'system', title: 'System', icon: 'browser' },
          { value: 'light', title: 'Light', icon: 'sun' },
          { value: 'dark', title: 'Dark', icon: 'moon' },
        ],
      },
    },
  },
  parameters: {
    a11y: { test: 'error' },
    layout: 'fullscreen',
    options: {
      storySort: {
        order: [
          'Start',
          'Hooks',
          'Runtime',
          'Lifecycle lab',
          'Workflows',
          'Observability',
          'Stress',
          'Devtools',
        ],
      },
    },
  },
}

export default preview
