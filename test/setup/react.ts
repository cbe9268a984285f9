/** Every React suite: unmount what a test has left, so that no tree lives on into the next. */
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(() => cleanup())
