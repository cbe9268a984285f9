/**
 * The memo cache of hooks that the React Compiler has compiled for React 18 and 19: React 19's own, else one held by
 * useMemo. It stands in for `react-compiler-runtime`, which does the same and carries 2.6 kB of debugging helpers.
 */
import * as React from 'react'

const unset = Symbol.for('react.memo_cache_sentinel')

function cacheInMemo(size) {
  return React.useMemo(() => {
    const cache = Array.from({ length: size }, () => unset)
    // React DevTools tells a compiled component by this mark.
    cache[unset] = true
    return cache
  }, [])
}

// A computed name: bundlers warn about a static one that React 18 does not export.
const name = '__COMPILER_RUNTIME'
export const c = React[name]?.c ?? cacheInMemo
