import { Double } from './double.js'

/** A server component: Next.js renders it at build time, and the worker starts in the browser. */
export default function Page() {
  return <Double value={21} />
}
