import { Tasks } from './tasks.js'

export const metadata = { title: 'Atelier with Next.js' }

/** A server component: the provider below it is a client component. */
export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <Tasks>{children}</Tasks>
      </body>
    </html>
  )
}
