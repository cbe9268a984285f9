/** The components of `atelier-react/devtools`: the panel in development, nothing in production. */
import type { ReactNode } from 'react'
import type { AtelierDevtoolsPanelProps, AtelierDevtoolsProps } from './panel/devtools-props.ts'
import { MountedDevtools, MountedPanel } from './panel/mounted.tsx'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Bundlers replace the expression; where nothing did and there is no `process`, it is production. */
function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}

function Nothing(): ReactNode {
  return null
}

// Chosen here and not in a component: a bundler for production then drops the panel and the recorder.

/**
 * A button in a corner of the page that opens the panel over every runtime of the page. Put it anywhere, once. It renders nothing in
 * production; `atelier-react/devtools/production` has one that does.
 */
export const AtelierDevtools: (props: AtelierDevtoolsProps) => ReactNode =
  /* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production' ? MountedDevtools : Nothing

/**
 * The panel as a part of your page: on an admin page, in a story. It fills its parent. It renders nothing in production;
 * `atelier-react/devtools/production` has one that does.
 */
export const AtelierDevtoolsPanel: (props: AtelierDevtoolsPanelProps) => ReactNode =
  /* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production' ? MountedPanel : Nothing
