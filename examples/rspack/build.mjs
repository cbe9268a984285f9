import { copyFileSync } from 'node:fs'
import { rspack } from '@rspack/core'

const compiler = rspack({ mode: 'production', entry: './main.js', output: { publicPath: '/' } })
compiler.run((error, stats) => {
  if (error ?? stats?.hasErrors()) {
    console.log(error ?? stats?.toString('errors-only'))
    process.exit(1)
  }
  copyFileSync('public/index.html', 'dist/index.html')
})
