/** Drawings of calls: lanes, the life of a call, the queue, the six key modes, a cancel, the crash policies. */
import { arrow, bar, box, drawing, line, rect, text } from './svg.mjs'

/** Names of lanes at the left, and a rule below each. @param {readonly string[]} names @param {number} top @param {number} step @param {number} width */
const laneNames = (names, top, step, width) =>
  names.flatMap((name, at) => [
    text(12, top + at * step + 16, name, 'quiet small'),
    line(110, top + at * step + 28, width - 12, top + at * step + 28),
  ])

const lanes = () =>
  drawing(760, 236, 'Calls on their way through a pool of three workers', [
    text(12, 22, 'resize, a pool of three', 'strong'),
    text(748, 22, 'time →', 'end quiet small'),
    ...laneNames(['queue', 'resize #0', 'resize #1', 'resize #2'], 38, 44, 760),
    bar(214, 38, 76, 'wait', 'd waits'),
    bar(294, 38, 86, 'wait', 'e waits'),
    bar(416, 38, 92, 'wait', 'g waits'),
    bar(114, 82, 176, 'run', 'a'),
    bar(294, 82, 150, 'run', 'd'),
    bar(448, 82, 190, 'run', 'f'),
    bar(114, 126, 262, 'run', 'b'),
    bar(380, 126, 92, 'stop', 'e, aborted'),
    bar(512, 126, 196, 'run', 'g'),
    bar(114, 170, 96, 'run', 'c'),
    bar(214, 170, 118, 'stop', 'h, worker dies'),
    bar(336, 170, 52, 'fresh', 'start'),
    bar(392, 170, 214, 'run', 'h, second try'),
    rect(114, 214, 12, 12, 'run'),
    text(132, 224, 'runs', 'small quiet'),
    rect(184, 214, 12, 12, 'wait'),
    text(202, 224, 'waits', 'small quiet'),
    rect(258, 214, 12, 12, 'stop'),
    text(276, 224, 'ends early', 'small quiet'),
    rect(360, 214, 12, 12, 'fresh'),
    text(378, 224, 'a worker starts', 'small quiet'),
  ])

/** The same in less width, for the side of a title. */
const hero = () =>
  drawing(460, 250, 'Calls in a pool of three workers', [
    text(4, 20, 'resize, a pool of three', 'strong'),
    text(456, 20, 'time →', 'end quiet small'),
    ...['queue', '#0', '#1', '#2'].flatMap((name, at) => [
      text(4, 58 + at * 44, name, 'quiet small'),
      line(50, 70 + at * 44, 456, 70 + at * 44),
    ]),
    bar(122, 42, 52, 'wait', 'd'),
    bar(177, 42, 61, 'wait', 'e'),
    bar(260, 42, 68, 'wait', 'g'),
    bar(54, 86, 120, 'run', 'a'),
    bar(177, 86, 102, 'run', 'd'),
    bar(282, 86, 130, 'run', 'f'),
    bar(54, 130, 184, 'run', 'b'),
    bar(241, 130, 66, 'stop', 'e aborted'),
    bar(331, 130, 121, 'run', 'g'),
    bar(54, 174, 65, 'run', 'c'),
    bar(122, 174, 74, 'stop', 'h crashed'),
    bar(199, 174, 44, 'fresh', 'start'),
    bar(246, 174, 144, 'run', 'h, second try'),
    ...[
      ['run', 'running', 54],
      ['wait', 'waiting', 128],
      ['stop', 'ended early', 202],
      ['fresh', 'worker starts', 298],
    ].flatMap(([kind, name, x]) => [
      rect(/** @type {number} */ (x), 222, 12, 12, /** @type {string} */ (kind)),
      text(/** @type {number} */ (x) + 18, 232, /** @type {string} */ (name), 'small quiet'),
    ]),
  ])

const life = () =>
  drawing(760, 216, 'A call is blocked, pending, starting, running, and settles once', [
    box(12, 34, 124, 'blocked', 'the queue is full'),
    box(166, 34, 124, 'pending', 'accepted, waiting'),
    box(320, 34, 124, 'starting', 'its worker starts'),
    box(474, 34, 124, 'running', 'its handler runs'),
    box(628, 34, 120, 'settled', 'exactly once'),
    arrow(136, 61, 164, 61),
    arrow(290, 61, 318, 61),
    arrow(444, 61, 472, 61),
    arrow(598, 61, 626, 61),
    `<path class="arrow" marker-end="url(#tip)" d="M228 34C228 4 536 4 536 32"/>`,
    text(382, 24, 'a worker is up already', 'mid quiet small'),
    `<path class="arrow dash" marker-end="url(#tip)" d="M536 88C536 124 228 124 228 90"/>`,
    text(382, 132, 'its worker died, and retry allows another try', 'mid quiet small'),
    ...['succeeded', 'failed', 'canceled', 'rejected'].map((name, at) =>
      text(688, 106 + at * 16, name, 'mid quiet small'),
    ),
    line(12, 160, 748, 160),
    text(12, 184, 'timeoutMs.queue', 'mono'),
    line(12, 192, 474, 192, 'rule halt'),
    text(474, 184, 'timeoutMs.run', 'mono'),
    line(480, 192, 626, 192, 'rule halt'),
    text(12, 212, 'timeoutMs.total covers both', 'quiet small'),
  ])

const backpressure = () =>
  drawing(760, 220, 'Callers wait outside a bounded queue', [
    text(12, 20, 'blocked', 'strong'),
    text(12, 38, 'callers wait; no bound unless maxBlocked is set', 'quiet small'),
    ...[0, 1, 2, 3, 4, 5].map((at) => bar(12 + at * 34, 54, 30, 'wait')),
    text(306, 20, 'pending', 'strong'),
    text(306, 38, 'maxQueueDepth, 4 here', 'quiet small'),
    rect(300, 48, 146, 34, 'box', 6),
    ...[0, 1, 2, 3].map((at) => bar(306 + at * 34, 54, 30, 'wait')),
    text(526, 20, 'in flight', 'strong'),
    text(526, 38, 'maxInFlight, 2 here', 'quiet small'),
    ...[0, 1].map((at) => rect(520, 48 + at * 40, 152, 34, 'box', 6)),
    bar(526, 54, 106, 'run', 'worker #0'),
    bar(526, 94, 76, 'run', 'worker #1'),
    arrow(218, 65, 296, 65),
    arrow(448, 65, 516, 65),
    arrow(674, 65, 736, 65),
    line(12, 140, 748, 140),
    text(12, 160, 'A call that finds the queue full:', 'quiet small'),
    ...[
      ["'block'", 'its caller waits'],
      ["'reject'", 'it fails'],
      ["'drop-latest'", 'it fails'],
      ["'drop-oldest'", 'the oldest one fails'],
    ].flatMap(([policy = '', effect = ''], at) => [
      text(12 + at * 188, 184, policy, 'mono'),
      text(12 + at * 188, 204, effect, 'quiet small'),
    ]),
  ])

/** Three calls of one key; each bar is [from, width, kind, name]. @type {readonly [string, string, readonly (readonly [number, number, string, string])[], number][]} */
const modes = [
  [
    'parallel',
    'all run',
    [
      [130, 300, 'run', '1'],
      [230, 300, 'run', '2'],
      [330, 300, 'run', '3'],
    ],
    3,
  ],
  [
    'serial',
    'one after another',
    [
      [130, 160, 'run', '1'],
      [230, 60, 'wait', ''],
      [292, 160, 'run', '2'],
      [330, 124, 'wait', ''],
      [456, 160, 'run', '3'],
    ],
    3,
  ],
  [
    'latest',
    'the newest wins',
    [
      [130, 98, 'stop', '1 superseded'],
      [230, 98, 'stop', '2 superseded'],
      [330, 300, 'run', '3'],
    ],
    3,
  ],
  [
    'dedupe',
    'one run for all',
    [
      [130, 300, 'run', '1'],
      [230, 200, 'other', '2 joins 1'],
      [330, 100, 'other', '3 joins 1'],
    ],
    3,
  ],
  [
    'keep-last',
    'the running one, then the newest',
    [
      [130, 240, 'run', '1'],
      [230, 98, 'stop', '2 superseded'],
      [330, 42, 'wait', ''],
      [374, 240, 'run', '3'],
    ],
    3,
  ],
  [
    'drop-latest',
    'one at a time',
    [
      [130, 190, 'run', '1'],
      [230, 98, 'stop', '2 turned away'],
      [330, 190, 'run', '3'],
    ],
    3,
  ],
]

const keys = () =>
  drawing(760, modes.length * 112 + 22, 'Three calls of one key under each of the six key modes', [
    ...modes.flatMap(([mode, about, bars], row) => {
      const top = row * 112 + 8
      const laneOf = (/** @type {number} */ at) => (at < 230 ? 0 : at < 330 ? 1 : 2)
      // A call that has waited stays on the lane on which it waits.
      let lane = 0
      return [
        text(12, top + 22, mode, 'strong'),
        ...(about.match(/.{1,16}(?:\s|$)/g) ?? []).map((part, at) =>
          text(12, top + 40 + at * 15, part.trim(), 'quiet small'),
        ),
        ...[130, 230, 330].map((x) => line(x, top, x, top + 92, 'rule dash')),
        ...bars.map(([x, width, kind, name], at) => {
          const follows = bars[at - 1]?.[2] === 'wait'
          lane = follows ? lane : laneOf(x)
          return bar(x, top + 6 + lane * 28, width, kind, name)
        }),
        line(12, top + 100, 748, top + 100),
      ]
    }),
    text(130, modes.length * 112 + 18, 'call 1', 'quiet small mid'),
    text(230, modes.length * 112 + 18, 'call 2', 'quiet small mid'),
    text(330, modes.length * 112 + 18, 'call 3', 'quiet small mid'),
    text(748, modes.length * 112 + 18, 'time →', 'quiet small end'),
  ])

const cancel = () =>
  drawing(760, 210, 'What a cancel does on the page and in the worker', [
    ...laneNames(['caller', 'handler', 'worker'], 34, 46, 760),
    text(300, 22, 'abort()', 'mono mid'),
    line(300, 28, 300, 190, 'rule halt'),
    bar(114, 34, 184, 'wait', 'await call'),
    text(308, 50, 'rejects at once with TaskAbortError', 'small'),
    bar(114, 80, 184, 'run', 'runs'),
    bar(302, 80, 196, 'stop', 'signal is aborted'),
    text(508, 96, 'looks at the signal, and ends', 'small'),
    bar(114, 126, 384, 'run', 'busy with this call'),
    text(508, 142, 'free for the next call', 'small'),
    line(640, 158, 640, 190, 'rule halt'),
    arrow(302, 176, 638, 176),
    text(470, 192, 'abortGraceMs: 2,000 in a pool, never in a singleton', 'small quiet mid'),
    text(648, 182, 'still running?', 'small'),
    text(648, 197, 'worker replaced', 'small'),
  ])

const crash = () =>
  drawing(760, 296, 'How calls end when their worker dies, under three policies', [
    ...[
      [
        "onCrash: 'restart'",
        'the default',
        [
          bar(190, 0, 130, 'stop', 'a crashed'),
          bar(332, 0, 60, 'fresh', 'start'),
          bar(396, 0, 150, 'run', 'b'),
          text(556, 16, 'a rejects; b had not started', 'small'),
        ],
      ],
      [
        'retry: { crash: 1 }',
        'may run twice',
        [
          bar(190, 0, 130, 'stop', 'a crashed'),
          bar(332, 0, 60, 'fresh', 'start'),
          bar(396, 0, 150, 'run', 'a, attempt 2'),
          text(556, 16, 'then b', 'small'),
        ],
      ],
      [
        "onCrash: 'fail-task'",
        'the task stops',
        [
          bar(190, 0, 130, 'stop', 'a crashed'),
          text(332, 16, 'a and b reject; the task is out of service', 'small'),
        ],
      ],
    ].flatMap(([name, about, bars], row) => [
      text(12, row * 92 + 50, /** @type {string} */ (name), 'mono'),
      text(12, row * 92 + 68, /** @type {string} */ (about), 'quiet small'),
      `<g transform="translate(0 ${row * 92 + 38})">${/** @type {string[]} */ (bars).join('')}</g>`,
      line(12, row * 92 + 88, 748, row * 92 + 88),
      line(320, row * 92 + 28, 320, row * 92 + 72, 'rule halt'),
    ]),
    text(320, 20, 'the worker dies', 'small mid'),
    text(190, 288, 'Pauses between starts grow: 100 ms, 200 ms, 400 ms, up to 2 s', 'quiet small'),
  ])

/** What they draw, by the names of their files. */
export const calls = { lanes, hero, life, backpressure, keys, cancel, crash }
