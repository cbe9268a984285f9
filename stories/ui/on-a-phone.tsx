/** What makes a story the same page in the other theme, 320 px wide: a test, not a page of the sidebar. */
import type { ReactNode } from 'react'

export const onAPhone = {
  tags: ['!dev', '!autodocs'],
  globals: { theme: 'dark' },
  decorators: [
    (Story: () => ReactNode) => (
      <div style={{ width: '20rem', overflow: 'hidden' }}>
        <Story />
      </div>
    ),
  ],
}
