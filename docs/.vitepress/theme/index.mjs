/** VitePress's theme in the colours of Atelier. Its drawings follow light and dark, and one stands beside the title of the home page. */
import { onContentUpdated } from 'vitepress'
import theme from 'vitepress/theme'
import { h, onMounted, onUnmounted } from 'vue'
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

/** A box that has nothing to scroll is no stop for the Tab key. */
function updateScrollBoxes() {
  for (const box of document.querySelectorAll('.scroll-box')) {
    if (box.scrollWidth > box.clientWidth) box.setAttribute('tabindex', '0')
    else box.removeAttribute('tabindex')
  }
}

export default {
  extends: theme,
  Layout: {
    setup() {
      onContentUpdated(updateScrollBoxes)
      onMounted(() => addEventListener('resize', updateScrollBoxes))
      onUnmounted(() => removeEventListener('resize', updateScrollBoxes))
      return () =>
        h(theme.Layout, null, {
          'home-hero-image': () => h('div', { class: 'hero-drawing', innerHTML: drawing }),
        })
    },
  },
}
