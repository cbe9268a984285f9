/** Handlers that never end. */
import { testGroup } from './fault-tests.ts'

await testGroup('loop')
