/** What a worker and its page say to each other while a call runs. */
import { testGroup } from './fault-tests.ts'

await testGroup('conversation')
