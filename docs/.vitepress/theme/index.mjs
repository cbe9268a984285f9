/** VitePress's own theme, in the colours of Atelier, with drawings that follow light and dark. */
import theme from 'vitepress/theme'
import './style.css'
import './drawings.css'

export default theme
