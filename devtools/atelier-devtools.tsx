/** The components of `atelier-react/devtools`: the panel in development, nothing in production. */
import type { ReactNode } from 'react'
import type { AtelierDevtoolsPanelProps, AtelierDevtoolsProps } from './panel/devtools-props.ts'
import { dockLoadedBy, type Load, panelLoadedBy } from './panel/mounted.tsx'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

let Devtools: (props: AtelierDevtoolsProps) => ReactNode = Nothing
let Panel: (props: AtelierDevtoolsPanelProps) => ReactNode = Nothing
// Bundlers replace the condition, and drop the panel and the recorder with what it guards; a function that tells would hide it from
// them. Where nothing has replaced it and there is no `process`, it is production.
try {
  if (process.env.NODE_ENV !== 'production') {
    const load: Load = () => import('./panel/mount.tsx')
    Devtools = dockLoadedBy(load)
    Panel = panelLoadedBy(load)
  }
} catch {
  // It stays nothing.
}

function Nothing(): ReactNode {
  return null
}

/**
 * A button in a corner of the page that opens the panel over every runtime of the page. Put it anywhere, once. It renders nothing in
 * production; `atelier-react/devtools/production` has one that does.
 */
export const AtelierDevtools: (props: AtelierDevtoolsProps) => ReactNode = Devtools

/**
 * The panel as a part of your page: on an admin page, in a story. It fills its parent. It renders nothing in production;
 * `atelier-react/devtools/production` has one that does.
 */
export const AtelierDevtoolsPanel: (props: AtelierDevtoolsPanelProps) => ReactNode = Panel
