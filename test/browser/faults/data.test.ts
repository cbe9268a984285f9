/** Arguments, results and progress that cannot travel. */
import { testGroup } from './fault-tests.ts'

await testGroup('data')
