/** Declarations that are exported where they stand: TypeScript before 5.5 finds their names there alone. */
import { expect, it } from 'vitest'
import { markDeclarations } from '../../../scripts/build/exported-declarations.mjs'

it('moves names from the lists to their declarations, overloads included', () => {
  const code = [
    'type Kind = string;',
    'interface KindOfThing {}',
    'interface Hidden {}',
    'declare abstract class Base {}',
    'declare function run(): void;',
    'declare function run(kind: Kind): void;',
    'declare const name$: string;',
    '',
    'export { Base, name$, run };',
    'export type { Kind, KindOfThing };',
  ].join('\n')
  expect(markDeclarations(code).split('\n')).toEqual([
    'export type Kind = string;',
    'export interface KindOfThing {}',
    'interface Hidden {}',
    'export declare abstract class Base {}',
    'export declare function run(): void;',
    'export declare function run(kind: Kind): void;',
    'export declare const name$: string;',
    '',
    'export {  };',
    'export type {  };',
  ])
})

it('leaves what another file passes on, and what has another name outside', () => {
  const code = [
    "import { Task } from './task.js';",
    "export { Other } from './other.js';",
    'interface Inner {}',
    'declare const kept: Inner;',
    'export { Task, kept, type Inner as Outer };',
  ].join('\n')
  expect(markDeclarations(code).split('\n')).toEqual([
    "import { Task } from './task.js';",
    "export { Other } from './other.js';",
    'interface Inner {}',
    'export declare const kept: Inner;',
    'export { Task, type Inner as Outer };',
  ])
})
