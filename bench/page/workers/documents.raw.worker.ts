/** The jobs of the Documents demo by hand: one message in, one message out. */
import { documentHandlers } from './documents-handlers.ts'

type Name = keyof typeof documentHandlers

onmessage = async ({ data }: MessageEvent<[id: number, name: Name, argument: never]>) => {
  const [id, name, argument] = data
  postMessage([id, await documentHandlers[name](argument)])
}
