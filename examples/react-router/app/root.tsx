import { AtelierProvider } from 'atelier-react'
import { Links, Meta, Outlet, Scripts } from 'react-router'

export default function Root() {
  return (
    <html lang="en">
      <head>
        <title>Atelier with React Router</title>
        <Meta />
        <Links />
      </head>
      <body>
        <AtelierProvider>
          <Outlet />
        </AtelierProvider>
        <Scripts />
      </body>
    </html>
  )
}
