/** Types of threads.js, as far as it is used here: its export map leads to no types. */
declare module 'threads' {
  export type ThreadOf<Api> = {
    [Name in keyof Api]: Api[Name] extends (...args: infer Args) => infer Result
      ? (...args: Args) => Promise<Result>
      : never
  }
  export interface ThreadPool<Thread> {
    queue<Result>(task: (thread: Thread) => Promise<Result>): PromiseLike<Result>
    terminate(force?: boolean): Promise<void>
  }
  export function Pool<Thread>(
    start: () => Promise<Thread>,
    options: { readonly size: number },
  ): ThreadPool<Thread>
  export function spawn<Thread>(worker: Worker): Promise<Thread>
  export function Transfer(value: Transferable): unknown
}

declare module 'threads/worker' {
  export function expose(api: Record<string, (argument: never) => unknown>): void
  export function Transfer(value: Transferable): unknown
}
