/** The core, built without its telemetry seam; see bench/lib/no-seam.mjs. */
declare module 'atelier-react/core?no-seam' {
  export { createTaskRuntime } from 'atelier-react/core'
}
