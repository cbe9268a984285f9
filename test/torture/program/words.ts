/** Names that a program may use: of hostile values, of the parameters that take them, of the hooks' kit. */
export { hostileNames } from '../page/hostile.ts'
export { hostilePlaces } from '../page/hostile-ops.ts'
export const reactHooks = [
  'call',
  'query',
  'query',
  'stream',
  'suspense',
  'trace',
  'snapshot',
  'identity',
] as const
