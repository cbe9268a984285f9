/** Faults of a worker's start. */
import { testGroup } from './fault-tests.ts'

await testGroup('start')
