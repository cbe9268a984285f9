/** Makes a program from a seed: a profile says what it is about, chance does the rest. */
import { makeOps } from './operations.ts'
import type { Program } from './program.ts'
import { type Profile, profileNames, profiles } from './profiles.ts'
import { Random } from './random.ts'
import { makeWorld } from './worlds.ts'

/** The program of a seed; `profile` narrows it down to one kind. */
export function generate(seed: number, profile?: string): Program {
  const random = new Random(seed)
  const name = random.pick(profileNames)
  const chosen = profileNames.find((each) => each === profile) ?? name
  const about: Profile = profiles[chosen]
  const world = makeWorld(random, about)
  return { seed, profile: chosen, world, ops: makeOps(random, about, world) }
}
