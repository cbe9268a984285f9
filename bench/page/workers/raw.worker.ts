/** The worker that everything is compared with: one message in, one message out. */
import { type HandlerName, handlers, spin } from './handlers.ts'

const scope = globalThis as unknown as Pick<Worker, 'postMessage'>

onmessage = ({ data }: MessageEvent<[id: number, name: HandlerName, argument: never]>) => {
  const [id, name, argument] = data
  if (name === 'swap') scope.postMessage([id, argument], [argument])
  else if (name === 'work') {
    const [ms, buffer] = argument as [number, ArrayBuffer]
    spin(ms)
    scope.postMessage([id, buffer], [buffer])
  } else scope.postMessage([id, handlers[name](argument)])
}
