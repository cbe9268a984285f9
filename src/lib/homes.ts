/** Where an object belongs, for those who are handed the object alone: hooks are given a task, and its changes are told elsewhere. */
import { oneInstance } from './one-instance.ts'

/** By the object that stands for a thing's identity. */
export const homes: WeakMap<object, object> = /* @__PURE__ */ oneInstance('homes', () => new WeakMap())
