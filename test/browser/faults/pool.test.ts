/** What is asked of pools while calls are under way. */
import { testGroup } from './fault-tests.ts'

await testGroup('pool')
