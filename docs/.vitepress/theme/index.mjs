/** VitePress's theme in the colours of Atelier. Its drawings follow light and dark, and one stands beside the title of the home page. */
import theme from 'vitepress/theme'
import { h } from 'vue'
import hero from '../../images/drawings/hero.svg?raw'
import './style.css'
import './drawings.css'

// The style in the file follows the system's theme; on the page, drawings.css follows the site's.
const drawing = hero
  .replace(/<style>[\s\S]*?<\/style>/, '')
  .replace(
    /^<svg /,
    '<svg class="drawing" aria-label="Eight calls in a pool of three workers: some wait for a worker, one is aborted, and one runs again after its worker crashed" ',
  )

export default {
  extends: theme,
  Layout: () =>
    h(theme.Layout, null, {
      'home-hero-image': () => h('div', { class: 'hero-drawing', innerHTML: drawing }),
    }),
}
