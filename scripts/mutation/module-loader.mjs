/**
 * Loads TypeScript modules again and again: each is compiled once, and evaluated afresh for each run, so that no state of a
 * module outlives a mutant, and what a mutant left running goes on under that mutant alone.
 */
import { createRequire } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { Script } from 'node:vm'
import { root } from '../lib/entries.mjs'
import { COMPARE, SWITCH } from './instrument.mjs'

const PARAMETERS = ['exports', 'require', 'module', SWITCH, COMPARE]

export class ModuleLoader {
  /** @type {Map<string, Function>} */
  #compiled = new Map()
  #require = createRequire(`${root}package.json`)
  /** @type {ReadonlyMap<string, string>} */
  #codes
  /** @type {ReadonlyMap<string, string>} */
  #aliases
  /** @type {ReadonlyMap<string, unknown>} */
  #given

  /**
   * @param {ReadonlyMap<string, string>} codes CommonJS by path
   * @param {ReadonlyMap<string, string>} aliases paths by the package's names
   * @param {ReadonlyMap<string, unknown>} given modules that are loaded already
   */
  constructor(codes, aliases, given) {
    this.#codes = codes
    this.#aliases = aliases
    this.#given = given
  }

  /**
   * A fresh world: modules that have not run yet.
   * @param {(id: number) => boolean} isOn
   * @param {(value: unknown, ...others: [id: number, other: () => unknown][]) => unknown} [saw]
   * @returns {(path: string) => unknown}
   */
  fresh(isOn, saw) {
    /** @type {Map<string, { exports: unknown }>} */
    const modules = new Map()
    const load = (/** @type {string} */ path) => {
      const known = modules.get(path)
      if (known) return known.exports
      const module = { exports: {} }
      modules.set(path, module)
      const require = (/** @type {string} */ name) => {
        if (this.#given.has(name)) return this.#given.get(name)
        const file = name.startsWith('.') ? normalize(join(dirname(path), name)) : this.#aliases.get(name)
        return file !== undefined && this.#codes.has(file)
          ? load(file)
          : this.#require(file ? root + file : name)
      }
      this.#compile(path)(module.exports, require, module, isOn, saw)
      return module.exports
    }
    return load
  }

  /** @param {string} path */
  #compile(path) {
    const known = this.#compiled.get(path)
    if (known) return known
    const code = this.#codes.get(path)
    if (code === undefined) throw new Error(`no such module: ${path}`)
    const script = new Script(`(function (${PARAMETERS.join(', ')}) {'use strict';${code}\n})`, {
      filename: root + path,
    })
    const compiled = script.runInThisContext()
    this.#compiled.set(path, compiled)
    return compiled
  }
}
