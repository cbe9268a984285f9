import { defineConfig } from 'vite'

export default defineConfig({
  worker: { format: 'es' },
  // Its own file of WebAssembly is found by the URL in its script.
  optimizeDeps: { exclude: ['@sqlite.org/sqlite-wasm'] },
})
