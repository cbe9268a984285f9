/** Values for whose copy there is no memory; apart, because it uses up the address space of its process for buffers. */
import { testGroup } from './fault-tests.ts'

testGroup('memory')
