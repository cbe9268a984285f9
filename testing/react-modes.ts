/** The ways in which a component has to work: plain, in StrictMode, and compiled by the React Compiler. */

/** One way to run a suite of components. */
export interface ReactMode {
  /** For the title of a suite. */
  readonly name: string
  /** Render inside `<StrictMode>`. */
  readonly strict: boolean
  /** The components are compiled by the React Compiler. The build decides that, and no API says so at run time. */
  readonly compiled: boolean
}

/**
 * The modes to run a suite in: plain and in StrictMode. Whether they are compiled is read off `component`: run the suite
 * a second time in a build with the React Compiler, and its titles say so.
 *
 * @param component any component or hook of the suite. @default none: not compiled
 *
 * @example
 * describe.each(reactModes(Total))('Total, $name', ({ strict }) => {
 *   it('adds up', async () => {
 *     await renderWithAtelier(<Total of={[10, 20]} />, { render, strict, workers: { prices: { handlers } } })
 *   })
 * })
 */
export function reactModes(component?: (...args: never[]) => unknown): readonly ReactMode[] {
  const compiled = component !== undefined && isCompiled(component)
  return [
    { name: compiled ? 'compiled' : 'plain', strict: false, compiled },
    { name: compiled ? 'compiled, in StrictMode' : 'in StrictMode', strict: true, compiled },
  ]
}

/** The compiler's first statement takes the memo cache: `const $ = _c(4)`, whatever a bundler made of the import. */
function isCompiled(component: (...args: never[]) => unknown): boolean {
  return /\$\w* = [^\n;]*\bc\d*\)?\(\d+\)|\$\w* = _c\d*\(\d+\)/.test(component.toString())
}
