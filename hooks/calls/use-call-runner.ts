/** A component's runner: configured by each commit, adopted while the component is there. */
import { useEffect, useInsertionEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react'
import type { RunnerConfig } from './call-run.ts'
import { CallRunner } from './call-runner.ts'
import { type CallState, getIdle } from './call-state.ts'

// React 18 warns of a layout effect on a server, where neither kind runs.
const useCommitEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect

/** The runner of this component, and the state of its calls. */
export function useCallRunner<Args extends readonly unknown[], Result>(
  config: RunnerConfig<Args, Result>,
): readonly [CallRunner<Args, Result>, CallState<Args, Result>] {
  const [runner] = useState(() => new CallRunner(config))
  const { identity, method } = config.subject
  // Before any effect that could run a call.
  useInsertionEffect(() => runner.configure(config))
  // The effect below may come a while after the commit; a click, or a child's layout effect, comes before it.
  useCommitEffect(() => runner.expectOwner(), [runner])
  useEffect(() => runner.adopt({ identity, method }), [runner, identity, method])
  return [runner, useSyncExternalStore(runner.subscribe, runner.getState, getIdle)]
}
