/** The props of the panel's components. */
import type { TaskRuntime } from '../../src/index.ts'
import type { Recorder } from '../recorder/recorder.ts'

/** Colours of the panel; `system` follows the reader's setting. */
export type DevtoolsTheme = 'system' | 'light' | 'dark'

/** What the page can ask of a panel. */
export interface AtelierDevtoolsHandle {
  /**
   * Opens a trace with its waterfall, and the panel where it is closed. False where no call of the trace was recorded: a panel without a
   * `recorder` knows only what happened while it was open.
   */
  openTrace(traceId: string): boolean
}

/** What both components take. */
export interface CommonDevtoolsProps {
  /** @default 'system' */
  readonly theme?: DevtoolsTheme | undefined
  /** For a Content-Security-Policy, in browsers without constructable stylesheets. @default none */
  readonly styleNonce?: string | undefined
  /** A recording that began earlier, with `startRecorder()`; it goes on while the panel is closed. @default one that records while open */
  readonly recorder?: Recorder | undefined
  /** Is given a handle once the panel has loaded, such as `useRef(null)`; null before and afterwards, and in production. @default none */
  readonly handle?: { current: AtelierDevtoolsHandle | null } | undefined
}

/** Props of {@link AtelierDevtools}. All are read when it mounts. */
export interface AtelierDevtoolsProps extends CommonDevtoolsProps {
  /** Whether the panel is open before anybody has opened or closed it. @default false */
  readonly initialIsOpen?: boolean | undefined
  /** The corner of the button. @default 'bottom-right' */
  readonly buttonPosition?: 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left' | undefined
  /** Where the panel is docked, before anybody has moved it. @default 'bottom' */
  readonly position?: 'bottom' | 'right' | undefined
  /** Runtimes that the page's registry does not know, such as those of a production build. @default none */
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
  /** The id of a trace that is open at first. @default none */
  readonly initialTrace?: string | undefined
  /** @default 'calls', or 'traces' with `initialTrace` */
  readonly initialView?: 'timeline' | 'tasks' | 'calls' | 'traces' | 'events' | undefined
}
