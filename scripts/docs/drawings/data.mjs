/** Drawings of what travels and what is seen: clone and transfer, a stream, the tracks of DevTools, a trace in a viewer. */
import { arrow, bar, drawing, line, rect, text } from './svg.mjs'

const cloneOrTransfer = () =>
  drawing(760, 190, 'A cloned buffer is on both sides; a transferred one has moved', [
    text(190, 20, 'page', 'strong mid'),
    text(570, 20, 'worker', 'strong mid'),
    line(380, 8, 380, 182, 'rule dash'),
    text(12, 60, 'clone', 'mono'),
    rect(120, 42, 140, 30, 'run'),
    text(190, 61, '8 MB', 'mid on small'),
    arrow(268, 57, 492, 57),
    rect(500, 42, 140, 30, 'run'),
    text(570, 61, '8 MB, a copy', 'mid on small'),
    text(190, 90, 'still yours', 'mid quiet small'),
    text(12, 140, 'transfer', 'mono'),
    rect(120, 122, 140, 30, 'rule dash'),
    text(190, 141, 'length 0', 'mid quiet small'),
    arrow(268, 137, 492, 137),
    rect(500, 122, 140, 30, 'run'),
    text(570, 141, '8 MB, the same', 'mid on small'),
    text(190, 170, 'gone: it cannot be sent again', 'mid quiet small'),
  ])

const stream = () =>
  drawing(760, 176, 'A generator in the worker stays a few items ahead of its reader on the page', [
    ...['generator', 'reader'].flatMap((name, at) => [
      text(12, 44 + at * 62, name, 'quiet small'),
      line(110, 56 + at * 62, 748, 56 + at * 62),
    ]),
    text(12, 20, 'yield', 'mono'),
    ...[114, 176, 238, 372, 486, 600].map((x, at) => bar(x, 28, 56, 'run', `${at + 1}`)),
    ...[180, 294, 408, 522].map((x, at) => bar(x, 90, 108, 'other', `reads ${at + 1}`)),
    text(304, 44, 'waits', 'quiet small'),
    line(640, 84, 640, 124, 'rule halt'),
    text(648, 104, 'break', 'mono'),
    arrow(640, 84, 664, 54),
    text(
      12,
      158,
      'At most 2 items ahead at first, up to 16 later. After break the generator runs its finally blocks, and its slot is free.',
      'quiet small',
    ),
  ])

const tracks = () =>
  drawing(760, 262, 'The group Atelier in the Performance panel of Chrome', [
    rect(0, 0, 760, 262, 'box', 8),
    text(14, 24, 'Performance', 'strong'),
    ...['0 ms', '100', '200', '300', '400'].flatMap((at, index) => [
      text(166 + index * 140, 24, at, 'quiet small'),
      line(160 + index * 140, 12, 160 + index * 140, 250, 'rule dash'),
    ]),
    line(0, 36, 760, 36),
    text(14, 56, '▾ Atelier', 'strong small'),
    ...['resize #0', 'resize #1', 'Queue', 'document:42'].map((name, at) =>
      text(28, 84 + at * 36, name, 'small'),
    ),
    bar(166, 68, 190, 'run', 'thumbnail'),
    bar(360, 68, 150, 'run', 'thumbnail'),
    bar(166, 104, 96, 'run', 'size'),
    bar(266, 104, 300, 'run', 'thumbnail'),
    bar(166, 140, 194, 'wait', 'thumbnail, waited 138 ms'),
    bar(166, 176, 400, 'other', 'document:42'),
    line(0, 210, 760, 210),
    text(14, 234, '▾ Timings', 'strong small'),
    bar(166, 218, 344, 'fresh', 'atelier:span:5f0c91…'),
  ])

const trace = () =>
  drawing(760, 226, 'One document in a trace viewer: the root span, its calls, and what the handlers did', [
    rect(0, 0, 760, 226, 'box', 8),
    text(14, 24, 'document', 'strong'),
    text(746, 24, '1.24 s, 6 spans', 'end quiet small'),
    line(0, 36, 760, 36),
    ...[
      [0, 'document', 250, 488, 'other', '1.24 s'],
      [1, 'atelier.task  parse', 254, 92, 'run', '231 ms'],
      [1, 'atelier.task  analyze', 350, 300, 'run', '764 ms'],
      [2, 'sentences', 438, 80, 'fresh', '203 ms'],
      [2, 'phrases', 522, 126, 'fresh', '320 ms'],
      [1, 'atelier.task  index', 654, 84, 'run', '213 ms'],
    ].flatMap(([depth, name, x, width, kind, ms], at) => [
      text(14 + /** @type {number} */ (depth) * 18, 60 + at * 29, /** @type {string} */ (name), 'small mono'),
      bar(
        /** @type {number} */ (x),
        45 + at * 29,
        /** @type {number} */ (width),
        /** @type {string} */ (kind),
        /** @type {string} */ (ms),
      ),
    ]),
    // Of the longest call, what it waited.
    rect(350, 103, 86, 22, 'wait'),
    text(393, 118, 'waited', 'mid small'),
  ])

/** What they draw, by the names of their files. */
export const data = { cloneOrTransfer, stream, tracks, trace }
