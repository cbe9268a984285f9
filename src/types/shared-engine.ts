/** The type of `shared`: one engine for all pages of an origin. */

/** How pages share the engine of a task. */
export interface SharedEngine {
  /** Who shares it: all pages of the origin. */
  by: 'origin'
  /** What the engine is called: pages that name the same one share it. @default the task's id */
  name?: string | undefined
  /** The build: pages of two versions never share an engine. @default '' */
  version?: string | undefined
  /**
   * Makes the SharedWorker whose file imports `atelier-react/broker`: it hands each page a port to the engine. Without one, and where
   * there is no SharedWorker, calls travel by BroadcastChannel: slower, and nothing can be transferred.
   */
  broker?: (() => SharedWorker) | undefined
}
