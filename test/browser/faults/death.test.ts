/** Deaths of a worker of which no event tells. */
import { testGroup } from './fault-tests.ts'

await testGroup('death')
