/** What the pages of the recipes share: each says in its `<output>` how it went. */
export function check(isSo: unknown, what: string): asserts isSo {
  if (!isSo) throw new Error(`not so: ${what}`)
}

/** Runs a recipe. Its page shows "done", with what it gives, or why it failed. */
export async function recipe(run: () => Promise<string>): Promise<void> {
  const output = document.querySelector('output') as HTMLOutputElement
  try {
    output.value = `done: ${await run()}`
  } catch (error) {
    output.value = `failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

/** The error that a promise rejects with. */
export async function errorOf(promise: PromiseLike<unknown>): Promise<Error & { readonly code?: string }> {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('it did not reject')
}
