/** Work that would be too long for one turn of the page, a part of it in each. */

/** Runs a function in a later turn. A message rather than a timer: timers of a tab in the background come once a second. */
export function inLaterTurn(run: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    run()
  }
  port2.postMessage(undefined)
}

/** Each listener renders a part of the page when its turn ends. */
const listenersPerTurn = 4

/** Calls listeners a few in a turn, so that no turn has to render all that has changed; calls back when all have been called. */
export function notifyInTurns(
  listeners: Iterable<() => void>,
  onEnd: () => void,
  defer: (run: () => void) => void = inLaterTurn,
): void {
  const left = [...listeners]
  const next = () => {
    for (const listener of left.splice(0, listenersPerTurn)) listener()
    if (left.length > 0) defer(next)
    else onEnd()
  }
  next()
}
