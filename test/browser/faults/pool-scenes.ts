/** How each row about pools is brought about; see pool-faults.ts. */
import { expect } from 'vitest'
import type { Bench } from './bench.ts'
import { goodWorker, start } from './bench.ts'
import type { poolFaults } from './pool-faults.ts'
import { go, handler, ignore, type Scene, underWay } from './scene.ts'

export const poolScenes: Readonly<Record<keyof typeof poolFaults, Scene>> = {
  sessionLost: {
    ...handler('close'),
    play: (bench, phase) => handler('close').play({ ...bench, task: bench.task.control.session() }, phase),
  },
  restarted: handler('never', { meanwhile: ({ task }) => task.control.restartWorker(0) }),
  stopped: handler('never', {
    meanwhile({ task }) {
      task.control.stop()
      task.control.start()
    },
  }),
  resized: handler('go', {
    config: { maxWorkers: 3, maxInFlight: 3 },
    meanwhile(bench) {
      bench.task.control.start()
      bench.task.control.resize({ maxWorkers: 1 })
      go(bench)
    },
  }),
  worn: handler('go', { config: { maxCallsPerWorker: 1 }, meanwhile: goAll }),
  unsaved: {
    ...handler('go', {
      meanwhile(bench) {
        bench.task.control.checkpoint().then(
          () => {},
          () => go(bench),
        )
      },
    }),
    make: () => () =>
      new Worker(new URL('./faults.worker.ts', import.meta.url), { type: 'module', name: 'cannot save' }),
  },
  badSetupData: {
    config(phase) {
      let starts = 0
      const bad = phase === 'queued' ? 0 : 1
      return {
        maxWorkers: phase === 'queued' ? 1 : 2,
        setupData() {
          if (starts++ === bad) throw new Error('no data')
        },
      }
    },
    make: () => goodWorker,
    async play(bench, phase) {
      if (phase === 'queued') return { result: bench.task.echo('value') }
      const before = await underWay(bench, phase)
      ignore(bench.task.echo('on the second worker'))
      await expect.poll(() => bench.task.control.getSnapshot().lastCrash).toBeDefined()
      go(bench)
      return before
    },
  },
  retried: handler('throw', { options: { retry: { error: 1 } } }),
  broadcast: {
    async play(bench, phase) {
      if (phase === 'streaming') return handler('close').play(bench, phase)
      await bench.task.echo('up')
      if (phase === 'running') return { result: bench.task.control.broadcast('run', 'close') }
      const { call, started } = start(bench.task, 'close')
      ignore(call)
      const result = bench.task.control.broadcast('run', 'value')
      ignore(result)
      await started
      return { result }
    },
  },
  affinity: handler('close', { options: { affinity: 'a document' } }),
}

/** To whichever workers there are. */
function goAll({ workers }: Bench): void {
  for (const worker of workers) worker.postMessage('go')
}
