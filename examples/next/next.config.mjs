/** @type {import('next').NextConfig} */
export default {
  output: 'export',
  distDir: 'dist',
  // The test links node_modules from a cache outside this folder, and Turbopack reads no file outside its root. Your app does not need this line.
  turbopack: { root: '/' },
}
