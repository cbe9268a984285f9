/** How the search of the site reads a question. The tests of the site ask it with the same options. */

/** @satisfies {import('vitepress').DefaultTheme.LocalSearchOptions} */
export const searchOptions = {
  miniSearch: {
    options: {
      // It is sent to the page as text, and may use nothing from outside.
      /** @param {string} term */
      processTerm(term) {
        const word = term.toLowerCase()
        const filler =
          /^(a|an|and|are|at|be|by|can|do|does|for|from|has|have|how|i|if|in|is|it|its|me|my|of|off|on|or|so|that|the|then|there|this|to|was|what|when|where|which|why|will|with|you|your)$/
        if (filler.test(word)) return null
        return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
      },
    },
    searchOptions: {
      fuzzy: 0.15,
      prefix: true,
      boost: { title: 4, titles: 2, text: 1 },
      // Pages for maintainers come last: they use every word, and answer no question of a user.
      /** @param {string} id */
      boostDocument(id) {
        if (
          /\/(decisions|semconv|mutation|fault-matrix|observability-conformance|api-report|architecture)\b/.test(
            id,
          )
        )
          return 0.15
        if (/\/api\//.test(id)) return 0.4
        return 1
      },
    },
  },
}
