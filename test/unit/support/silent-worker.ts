/** A Worker that runs nothing: a test speaks for it. */
export class SilentWorker {
  readonly posted: unknown[][] = []
  readonly listeners = new Map<string, Set<(event: object) => void>>()
  terminations = 0
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.posted.push(structuredClone(message, { transfer }) as unknown[])
  }
  terminate(): void {
    this.terminations++
  }
  addEventListener(type: string, listener: (event: object) => void): void {
    const listeners = this.listeners.get(type) ?? new Set()
    this.listeners.set(type, listeners.add(listener))
  }
  removeEventListener(type: string, listener: (event: object) => void): void {
    this.listeners.get(type)?.delete(listener)
  }
  emit(type: string, event: object): void {
    for (const listener of this.listeners.get(type) ?? []) listener(event)
  }
  says(...message: unknown[]): void {
    this.emit('message', { data: message })
  }
}
