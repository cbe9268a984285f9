import { existsSync, readdirSync } from 'node:fs'
import { defineConfig } from 'vite'

const pages = readdirSync('.')
  .map((folder) => `${folder}/index.html`)
  .filter((page) => existsSync(page) && !page.startsWith('dist'))

export default defineConfig({
  build: {
    target: 'esnext',
    // Minifying takes longer than all else, and shows nothing here.
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: { input: pages },
  },
  // Libraries load parts of themselves.
  worker: { format: 'es' },
  assetsInclude: ['**/*.onnx'],
})
