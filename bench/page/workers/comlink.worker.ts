/** The handlers behind Comlink. */
import { expose, transfer } from 'comlink'
import { handlers } from './handlers.ts'

const api = { ...handlers, swap: (buffer: ArrayBuffer) => transfer(buffer, [buffer]) }
expose(api)
export type ComlinkApi = typeof api
