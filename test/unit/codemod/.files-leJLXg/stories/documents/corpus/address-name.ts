/** Reads an address's year, president and party out of its file name, as the data set writes it. */

export interface AddressName {
  readonly title: string
  readonly party: string
}

const parties: Readonly<Record<string, string>> = {
  d: 'Democratic',
  dr: 'Democratic-Republican',
  f: 'Federalist',
  n: 'No party',
  nu: 'National Union',
  r: 'Republican',
  w: 'Whig',
  wd: 'Whig and Democratic',
}

/** `1869_ulysses_s_grant_r.txt` is `1869 Ulysses S. Grant`, Republican. */
export function addressName(fileName: string): AddressName {
  const [year = '', ...rest] = fileName.replace(/\.txt$/, '').split('_')
  const party = rest.pop() ?? ''
  const words = rest.map((word) => (word.length === 1 ? `${word.toUpperCase()}.` : capitalize(word)))
  return { title: [year, ...words].join(' ').replace('Mc K', 'McK'), party: parties[party] ?? '' }
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
