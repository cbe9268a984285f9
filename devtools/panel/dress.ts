/** Gives a shadow root the styles of the panel. It uses no inline style, so a strict Content-Security-Policy allows it. */
import type { DevtoolsTheme } from './devtools-props.ts'
import { STYLES } from './styles.ts'
import { VIEW_STYLES } from './view-styles.ts'

/** How the panel looks, as its props say. */
export interface Look {
  readonly theme?: DevtoolsTheme | undefined
  readonly styleNonce?: string | undefined
}

/** Returns the element to render into. */
export function dress(host: HTMLElement, { theme = 'system', styleNonce }: Look): HTMLElement {
  const shadow = host.attachShadow({ mode: 'open' })
  const text = STYLES + VIEW_STYLES
  const page = host.ownerDocument
  // A constructed style sheet only works in the window that created it.
  const view = page.defaultView ?? window
  if ('adoptedStyleSheets' in shadow && 'replaceSync' in view.CSSStyleSheet.prototype) {
    const sheet = new view.CSSStyleSheet()
    sheet.replaceSync(text)
    shadow.adoptedStyleSheets = [sheet]
  } else {
    const style = page.createElementNS('http://www.w3.org/1999/xhtml', 'style')
    if (styleNonce !== undefined) style.setAttribute('nonce', styleNonce)
    style.textContent = text
    shadow.append(style)
  }
  const container = page.createElement('div')
  container.className = 'atelier'
  container.dataset['theme'] = theme
  shadow.append(container)
  return container
}
