/** A step of the build: writes the declarations a second time, as those of the files that `require()` gives. */

/** @returns {import('rollup').Plugin} */
export function typesForRequire() {
  return {
    name: 'types-for-require',
    generateBundle(_options, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (file.type !== 'chunk') continue
        const source = file.code.replace(/(['"]\.{1,2}\/[^'"]+)\.js(['"])/g, '$1.cjs$2')
        this.emitFile({ type: 'asset', fileName: fileName.replace(/\.ts$/, '.cts'), source })
      }
    },
  }
}
