/** The type of `shared`: one engine for all pages of an origin. */

/** How pages share the engine of a task. */
export interface SharedEngine {
  /** Who shares it: all pages of the origin. */
  by: 'origin'
  /** The name of the engine. Pages that pass the same name share it. @default the task's id */
  name?: string | undefined
  /** The build: pages of two versions never share an engine. @default '' */
  version?: string | undefined
  /**
   * Creates the SharedWorker whose file imports `atelier-react/broker`. It gives each page a port to the engine. Without it, or if the
   * browser has no SharedWorker, calls use a BroadcastChannel, which is slower and cannot transfer.
   */
  broker?: (() => SharedWorker) | undefined
}
