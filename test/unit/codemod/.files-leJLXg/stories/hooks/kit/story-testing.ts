/** What the stories' tests have in common. */
import { expect, waitFor } from 'storybook/test'

/** Real workers on a busy machine. */
const patient = { timeout: 15_000 }

/** Waits until a figure of the runtime's card is this number. */
export async function figureIs(canvasElement: HTMLElement, label: string, value: number): Promise<void> {
  await waitFor(() => expect(figureOf(canvasElement, label)).toBe(value), patient)
}

export function figureOf(canvasElement: HTMLElement, label: string): number {
  const text = canvasElement.querySelector(`[data-figure="${label}"]`)?.textContent ?? ''
  return Number(text.replaceAll(',', ''))
}

/** Waits until the component shows a text. */
export async function shows(canvasElement: HTMLElement, text: string | RegExp): Promise<void> {
  const stage = canvasElement.querySelector('.stage')
  await waitFor(() => expect(stage).toHaveTextContent(text), patient)
}
