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

/**
 * A button in a corner of the page that opens the panel over every runtime of the page. Put it anywhere, once. It renders nothing in
 * production; `atelier-react/devtools/production` has one that does.
 */
export function AtelierDevtools(props: AtelierDevtoolsProps): ReactNode {
  if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production')
    return <MountedDevtools {...props} />
  return null
}

/**
 * The panel as a part of your page: on an admin page, in a story. It fills its parent. It renders nothing in production;
 * `atelier-react/devtools/production` has one that does.
 */
export function AtelierDevtoolsPanel(props: AtelierDevtoolsPanelProps): ReactNode {
  if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production')
    return <MountedPanel {...props} />
  return null
}
