/** Puts the code that speaks with workers into the bundle that imports this: workers are made without delay. */
import { installSide } from './late-side.ts'
import { createSide } from './worker-side.ts'

installSide(createSide)
