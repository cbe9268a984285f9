/** `atelier-react/devtools/production`: the same panel where you want it in production too, such as on an admin page. */
import type { ReactNode } from 'react'
import type { AtelierDevtoolsPanelProps, AtelierDevtoolsProps } from './panel/devtools-props.ts'
import { dockLoadedBy, type Load, panelLoadedBy } from './panel/mounted.tsx'

const load: Load = () => import('./panel/mount.tsx')

/** A button in a corner of the page that opens the panel over every runtime of the page. Put it anywhere, once. */
export const AtelierDevtools: (props: AtelierDevtoolsProps) => ReactNode = /* @__PURE__ */ dockLoadedBy(load)

/** The panel as a part of your page: on an admin page, in a story. It fills its parent. */
export const AtelierDevtoolsPanel: (props: AtelierDevtoolsPanelProps) => ReactNode =
  /* @__PURE__ */ panelLoadedBy(load)

export type {
  AtelierDevtoolsHandle,
  AtelierDevtoolsPanelProps,
  AtelierDevtoolsProps,
  DevtoolsTheme,
} from './panel/devtools-props.ts'
export { type Recorder, type RecorderOptions, startRecorder } from './recorder/recorder.ts'
