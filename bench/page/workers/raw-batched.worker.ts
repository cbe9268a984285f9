/** As the raw worker, for calls that come many in one message and go back the same way. */
import { type HandlerName, handlers } from './handlers.ts'

const scope = globalThis as unknown as Pick<Worker, 'postMessage'>

onmessage = ({ data }: MessageEvent<unknown[]>) => {
  const replies: unknown[] = []
  const list: Transferable[] = []
  for (let at = 0; at < data.length; at += 3) {
    const name = data[at + 1] as Exclude<HandlerName, 'work'>
    const argument = data[at + 2] as never
    if (name === 'swap') {
      replies.push(data[at], argument)
      list.push(argument)
    } else replies.push(data[at], handlers[name](argument))
  }
  scope.postMessage(replies, list)
}
