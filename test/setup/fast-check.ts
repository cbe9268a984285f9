/**
 * Property tests try the same cases in every run, so that one that fails fails again. `ATELIER_SEED=random` tries others,
 * `ATELIER_SEED=<number>` those of a failure, which prints its seed.
 */
import fc from 'fast-check'

const FIXED = 20_261_122
const asked = process.env['ATELIER_SEED']
const seed =
  asked === undefined ? FIXED : asked === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(asked)

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })
