/** The brushes of the timeline: colours from the panel's styles, and textures drawn with them. */

const COLOURS = [
  'bg',
  'raised',
  'text',
  'soft',
  'line',
  'accent',
  'running',
  'pending',
  'blocked',
  'failed',
  'canceled',
  'frame',
  'frame-pale',
] as const

type Colour = (typeof COLOURS)[number]

/** The brushes for the canvas. */
export interface Paint {
  readonly colours: Readonly<Record<Colour, string>>
  readonly hatch: CanvasPattern | string
  readonly stripes: CanvasPattern | string
  readonly start: CanvasPattern | string
  readonly font: string
}

/** Reads the current colours: those of the theme, or the system's forced colours. */
export function paintOf(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): Paint {
  const style = getComputedStyle(canvas)
  const colours = Object.fromEntries(
    COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Record<Colour, string>
  return {
    colours,
    hatch: texture(context, colours.pending, (tile) => {
      tile.moveTo(-1, 7)
      tile.lineTo(7, -1)
      tile.moveTo(-1, 1)
      tile.lineTo(1, -1)
      tile.moveTo(5, 7)
      tile.lineTo(7, 5)
    }),
    stripes: texture(context, colours.blocked, (tile) => {
      tile.moveTo(1, 0)
      tile.lineTo(1, 6)
      tile.moveTo(4, 0)
      tile.lineTo(4, 6)
    }),
    start: texture(context, colours.soft, (tile) => {
      tile.moveTo(-1, -1)
      tile.lineTo(7, 7)
    }),
    font: `${style.fontSize} ${style.fontFamily}`,
  }
}

function texture(
  context: CanvasRenderingContext2D,
  colour: string,
  draw: (tile: CanvasRenderingContext2D) => void,
): CanvasPattern | string {
  const canvas = document.createElement('canvas')
  canvas.width = 6
  canvas.height = 6
  const tile = canvas.getContext('2d')
  if (!tile) return colour
  tile.strokeStyle = colour
  tile.lineWidth = 1.5
  tile.beginPath()
  draw(tile)
  tile.stroke()
  return context.createPattern(canvas, 'repeat') ?? colour
}
