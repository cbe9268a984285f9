/** Bundles the code that talks to workers with whatever imports this file, so that workers are created without delay. */
import { installSide } from './late-side.ts'
import { createSide } from './worker-side.ts'

installSide(createSide)
