'use client'

import { AtelierProvider } from 'atelier-react'

export function Tasks({ children }) {
  return <AtelierProvider>{children}</AtelierProvider>
}
