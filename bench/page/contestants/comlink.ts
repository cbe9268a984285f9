/** Comlink, which has no pool: calls go to its workers in turn. */
import { type Remote, transfer, wrap } from 'comlink'
import type { Contestant } from '../workload.ts'
import type { ComlinkApi } from '../workers/comlink.worker.ts'

export const comlink: Contestant = {
  id: 'comlink',
  label: 'comlink',
  open: ({ workers }) => {
    const started = Array.from(
      { length: workers },
      () => new Worker(new URL('../workers/comlink.worker.ts', import.meta.url), { type: 'module' }),
    )
    const remotes = started.map((worker) => wrap<ComlinkApi>(worker))
    let turn = 0
    const next = () => {
      turn = (turn + 1) % remotes.length
      return remotes[turn] as Remote<ComlinkApi>
    }
    return {
      echo: (value) => next().echo(value) as Promise<number>,
      echoObject: (value) => next().echo(value),
      swap: (buffer) => next().swap(transfer(buffer, [buffer])),
      spin: (ms) => next().spin(ms),
      sleep: (ms) => next().sleep(ms),
      hold: (flag) => next().hold(flag),
      close: () => {
        for (const worker of started) worker.terminate()
      },
    }
  },
}
