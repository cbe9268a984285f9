/** The handlers behind threads.js. */
import { expose, Transfer } from 'threads/worker'
import { handlers } from './handlers.ts'

expose({ ...handlers, swap: (buffer: ArrayBuffer) => Transfer(buffer) })
