/** Everyone who takes part, in the order of the tables. */
import type { Contestant } from '../workload.ts'
import { against } from './against.ts'
import { atelier } from './atelier.ts'
import { comlink } from './comlink.ts'
import { poolifier } from './poolifier.ts'
import { raw } from './raw.ts'
import { rawBatched } from './raw-batched.ts'
import { threads } from './threads.ts'
import { workerpool } from './workerpool.ts'

export const contestants: readonly Contestant[] = [
  raw,
  rawBatched,
  comlink,
  workerpool,
  threads,
  poolifier,
  ...atelier,
  ...against,
]
