/** Faults inside a handler, and in what it leaves behind. */
import { testGroup } from './fault-tests.ts'

await testGroup('handler')
