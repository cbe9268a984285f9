/** All workloads, in the order in which they are run and reported. */
import type { Workload } from '../workload.ts'
import { aborts } from './aborts.ts'
import { burst } from './burst.ts'
import { commit } from './commit.ts'
import { documents } from './documents.ts'
import { flood } from './flood.ts'
import { gate } from './gate.ts'
import { growth } from './growth.ts'
import { latency } from './latency.ts'
import { objects } from './objects.ts'
import { panel } from './panel.ts'
import { pools } from './pools.ts'
import { seam } from './seam.ts'
import { shared } from './shared.ts'
import { start } from './start.ts'
import { subscribers } from './subscribers.ts'
import { manyTasks } from './many-tasks.ts'
import { transfers } from './transfer.ts'
import { utilisation, utilisationWhenBlocked } from './utilisation.ts'
import { wire } from './wire.ts'

export const workloads: readonly Workload[] = [
  latency,
  burst,
  transfers,
  objects,
  utilisation,
  utilisationWhenBlocked,
  documents,
  pools,
  manyTasks,
  growth,
  aborts,
  start,
  seam,
  subscribers,
  commit,
  flood,
  wire,
  shared,
  panel,
  gate,
]
