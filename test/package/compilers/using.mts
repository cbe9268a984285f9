/** Where the library of the compiler has `Symbol.dispose`. */
import { createTaskRuntime } from 'atelier-react/core'

export function run(): string {
  using runtime = createTaskRuntime()
  using trace = runtime.createTrace('workflow')
  return trace.traceId
}
