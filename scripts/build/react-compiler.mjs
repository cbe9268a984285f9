/** The React Compiler for Vite, so that a suite can run on components and hooks that it has compiled. */
import { transformAsync } from '@babel/core'

/**
 * Compiles what `include` matches. What breaks the rules of React is left as it is, as in any build.
 * @param {{ include: RegExp, target: '18' | '19' }} options the files, and the React that the output runs on
 */
export function reactCompiler({ include, target }) {
  return {
    name: 'react-compiler',
    // Before TypeScript and JSX are gone: the compiler reads both.
    enforce: /** @type {const} */ ('pre'),
    /** @param {string} code @param {string} id */
    async transform(code, id) {
      const [filename = ''] = id.split('?')
      if (!include.test(filename)) return null
      const compiled = await transformAsync(code, {
        filename,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ['typescript', 'jsx'] },
        plugins: [['babel-plugin-react-compiler', { target }]],
      })
      return compiled && { code: compiled.code ?? code, map: compiled.map }
    },
  }
}
