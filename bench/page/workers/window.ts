/** poolifier 0.5.15 tells a browser by its `window` and refuses to run in a worker, which has none: it is given one. */
export const scope: typeof globalThis = Object.assign(globalThis, { window: globalThis })
