/** Codecs: objects of a class travel as data, in an envelope that contains their places, and are rebuilt where they arrive. */
import { callable, checkOptions, text } from '../lib/validate.ts'
import type { Codec, CodecClass, CodecConfig } from '../types/codec.ts'
import type { KnownCodec } from './codec-copy.ts'
import { CodecTable } from './codec-table.ts'

/**
 * Lets objects of a class keep it on their way to a worker and back: in arguments, results and items of streams, also deep in arrays,
 * plain objects, maps and sets. Both sides need it: give it to `taskOptions({ codecs })` and to `createTaskWorker(handlers, { codecs })`.
 * What `decode` makes is of the class; the handler's types say so where its API is
 * `TaskApi<typeof handlers, { codecs: [typeof money] }>`.
 *
 * @throws TypeError for what is no class, and for a bad option.
 *
 * @example
 * export const money = codec(Money, {
 *   name: 'money',
 *   encode: ({ cents, currency }) => ({ cents, currency }),
 *   decode: ({ cents, currency }) => new Money(cents, currency),
 * })
 */
export function codec<T extends object, Data = unknown>(
  type: CodecClass<T>,
  config: CodecConfig<T, Data>,
): Codec<T> {
  callable('codec(type)', type, 'a class')
  checkOptions('codec(type, config)', config, {
    name: text,
    encode: callable,
    decode: callable,
    transfer: callable,
  })
  // These are not left out.
  const given: Record<string, unknown> = { ...config }
  text('name', given['name'])
  callable('encode', given['encode'])
  callable('decode', given['decode'])
  const known = { ...config, type, '~use': (codecs: readonly KnownCodec[]) => new CodecTable(codecs) }
  return known as unknown as Codec<T>
}
