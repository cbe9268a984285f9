/** An assertion for checks that run a million times: nothing is formatted while all is well. */
export function ensure(holds: boolean, rule: string, ...seen: unknown[]): asserts holds {
  if (!holds) throw new Error(`${rule}${seen.map((each) => ` ${JSON.stringify(each)}`).join('')}`)
}
