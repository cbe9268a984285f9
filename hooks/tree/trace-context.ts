/** The trace that the tree hands down. */
import { type Context, createContext } from 'react'
import type { TraceContext } from '../../src/index.ts'

export const TraceScopeContext: Context<TraceContext | null> = createContext<TraceContext | null>(null)
