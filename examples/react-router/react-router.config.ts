import type { Config } from '@react-router/dev/config'

// The server build renders the page, here once at build time.
export default { ssr: true, prerender: ['/'] } satisfies Config
