/** The handlers behind workerpool. */
import { Transfer, worker } from 'workerpool'
import { handlers } from './handlers.ts'

worker({ ...handlers, swap: (buffer: ArrayBuffer) => new Transfer(buffer, [buffer]) })
