/** Another build of Atelier, in the same page and the same rounds: `npm run bench -- --against <dist>`. */
import { createTaskRuntime } from 'atelier-against/core'
import type { Contestant } from '../workload.ts'
import { variantsOf } from './atelier.ts'

/** Set by the build of the page. */
declare const HAS_AGAINST: boolean

const startWorker = (): Worker =>
  new Worker(new URL('../workers/against.worker.ts', import.meta.url), { type: 'module' })

export const against: readonly Contestant[] = HAS_AGAINST
  ? variantsOf(createTaskRuntime, startWorker).map((each) => ({
      ...each,
      id: `${each.id}-against`,
      label: `${each.label}; the other build`,
    }))
  : []
