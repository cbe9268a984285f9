import type { StorybookConfig } from '@storybook/react-vite'
import { mergeConfig } from 'vite'
import { isolationHeaders } from '../scripts/lib/chromium.mjs'
import { packageAliases } from '../scripts/lib/entries.mjs'

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../stories/**/*.mdx', '../stories/**/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true, crossOriginIsolated: true },
  viteFinal: (base) =>
    mergeConfig(base, {
      resolve: { alias: packageAliases() },
      server: { headers: isolationHeaders },
      preview: { headers: isolationHeaders },
      worker: { format: 'es' },
    }),
}

export default config
