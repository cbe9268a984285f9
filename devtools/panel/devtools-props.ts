/** The props of the panel's components. */
import type { TaskRuntime } from '../../src/index.ts'
import type { Recorder } from '../recorder/recorder.ts'

/** Colours of the panel. `system` follows the reader's setting. */
export type DevtoolsTheme = 'system' | 'light' | 'dark'

/** A handle with which the page controls a panel. */
export interface AtelierDevtoolsHandle {
  /**
   * Opens a trace with its waterfall, and opens the panel if it is closed. False if no call of the trace was recorded: a
   * panel without a `recorder` only knows what happened while it was open.
   */
  openTrace(traceId: string): boolean
}

/** Props of both components. */
export interface CommonDevtoolsProps {
  /** @default 'system' */
  readonly theme?: DevtoolsTheme | undefined
  /** For a Content-Security-Policy, in browsers without constructable stylesheets. @default none */
  readonly styleNonce?: string | undefined
  /** A recording from `startRecorder()`. It continues while the panel is closed. @default one that records while open */
  readonly recorder?: Recorder | undefined
  /** A ref, such as `useRef(null)`, that gets a handle once the panel has loaded. Otherwise null. @default none */
  readonly handle?: { current: AtelierDevtoolsHandle | null } | undefined
}

/** Props of {@link AtelierDevtools}. All are read when it mounts. */
export interface AtelierDevtoolsProps extends CommonDevtoolsProps {
  /** Whether the panel is open until the reader opens or closes it. @default false */
  readonly initialIsOpen?: boolean | undefined
  /** The corner of the button. @default 'bottom-right' */
  readonly buttonPosition?: 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left' | undefined
  /** Where the panel is docked until the reader moves it. @default 'bottom' */
  readonly position?: 'bottom' | 'right' | undefined
  /** Runtimes that are not in the page's registry, such as those of a production build. @default none */
  readonly runtimes?: readonly TaskRuntime[] | undefined
  /** A key that opens and closes the panel from anywhere on the page, such as `F9`. @default none */
  readonly hotkey?: string | undefined
}

/** Props of {@link AtelierDevtoolsPanel}. All are read when it mounts. */
export interface AtelierDevtoolsPanelProps extends CommonDevtoolsProps {
  /** The runtime to show. @default every runtime of the page */
  readonly runtime?: TaskRuntime | undefined
  /** The text of a session file to show, read-only, in place of the page's own calls. @default none */
  readonly sessionFile?: string | undefined
  /** The id of the trace that is open initially. @default none */
  readonly initialTrace?: string | undefined
  /** @default 'calls', or 'traces' with `initialTrace` */
  readonly initialView?: 'timeline' | 'tasks' | 'calls' | 'traces' | 'events' | undefined
}
