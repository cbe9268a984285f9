/** Words so common in English that they say nothing about a document. */

const words = `
a about above after again against ain't all also although always am among an and any are aren't as at be because
been before being below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't
down during each either else ever every few for from further had hadn't has hasn't have haven't having he he'd he'll
he's her here hers herself him himself his how however i i'd i'll i'm i've if in into is isn't it it'd it'll its
itself just let let's may me might more most must mustn't my myself neither no nor not now of off on once only or
other others ought our ours ourselves out over own per same shall shan't she she'd she'll should shouldn't since so
some such than that that'll the their theirs them themselves then there therefore these they they'd they'll they're
they've this those though through thus to too under until unto up upon us very was wasn't we we'd we'll we're we've
were weren't what when where whether which while who whom whose why will with within without won't would wouldn't yet
you you'd you'll you're you've your yours yourself yourselves
`

const stopWords: ReadonlySet<string> = new Set(words.trim().split(/\s+/))

/** For normalised terms. A single letter is one too, a single digit is not. */
export function isStopWord(term: string): boolean {
  return stopWords.has(term) || (term.length === 1 && !(term >= '0' && term <= '9'))
}
