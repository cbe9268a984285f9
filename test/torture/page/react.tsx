/** The kit of components. */
import type { World } from './world.ts'
export function reactAct(_world: World, _op: unknown): void {}
