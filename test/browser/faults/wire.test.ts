/** Messages that cannot be read, and messages that are not ours. */
import { testGroup } from './fault-tests.ts'

await testGroup('wire')
