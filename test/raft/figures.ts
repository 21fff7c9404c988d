// What one fault came to, out of all calls and requests of its time; and the table that people read.
import type { Balancer } from './balancer.ts';
import type { Call } from './pods.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Figures {
  readonly fault: string;
  /** Until the store had a leader again. */
  readonly leaderAfterMs: number;
  /** The longest time between two new pods that logged in and mounted. */
  readonly noNewPodMs: number;
  /** The same of pods that could use their account's login: OpenBao's standbys answer reads without a leader. */
  readonly noKnownAccountMs: number;
  readonly polls: number;
  readonly failedPolls: number;
  readonly stalePolls: number;
  /**
   * The balancer's requests: in each second on average before, until the first pod that mounted again, and the most of
   * one second.
   */
  readonly before: number;
  readonly during: number;
  readonly most: number;
  readonly requestsPerCall: number;
  readonly loginsBefore: number;
  readonly loginsAfter: number;
  /** What people read in the events of new pods, and how many did. */
  readonly texts: ReadonlyMap<string, number>;
}

const isIn = (at: number, { from, to }: Span) => at >= from && at < to;

/** @param before a quiet span; @param fault from the strike until all is whole and fresh */
export function figuresOf(
  name: string,
  calls: readonly Call[],
  { requests }: Balancer,
  leaderAfterMs: number,
  stalePolls: number,
  before: Span,
  fault: Span,
): Figures {
  const of = calls.filter(({ endAt }) => isIn(endAt, fault));
  const polls = of.filter(({ isNew }) => !isNew);
  const failed = of.filter(({ isNew, failure }) => isNew && failure !== undefined);
  const longest = (isOwn: boolean) =>
    longestGap(
      of.filter(({ hasOwnLogin }) => hasOwnLogin === isOwn),
      fault,
    );
  const gap = longest(true);
  const outage = { from: fault.from, to: fault.from + Math.max(gap, 1_000) };
  const sentIn = (span: Span) => requests.filter(({ at }) => isIn(at, span));
  const perSecond = (span: Span) => (sentIn(span).length * 1000) / (span.to - span.from);
  const logins = (span: Span) => sentIn(span).filter(({ path }) => path.endsWith('/login')).length;
  const bySecond = new Map<number, number>();
  for (const { at } of sentIn(fault))
    bySecond.set(Math.floor(at / 1000), (bySecond.get(Math.floor(at / 1000)) ?? 0) + 1);
  const texts = new Map<string, number>();
  for (const text of failed.flatMap(({ failure = '' }) => textsOf(failure)))
    texts.set(text, (texts.get(text) ?? 0) + 1);
  return {
    fault: name,
    leaderAfterMs,
    noNewPodMs: gap,
    noKnownAccountMs: longest(false),
    polls: polls.length,
    failedPolls: polls.filter(({ failure }) => failure !== undefined).length,
    stalePolls,
    before: perSecond(before),
    during: perSecond(outage),
    most: Math.max(0, ...bySecond.values()),
    requestsPerCall: sentIn(outage).length / Math.max(1, calls.filter(({ at }) => isIn(at, outage)).length),
    loginsBefore: logins(before),
    loginsAfter: logins({ from: outage.to, to: outage.to + before.to - before.from }),
    texts,
  };
}

/** Without what differs from pod to pod and from run to run: their number is what counts. */
function textsOf(failure: string): readonly string[] {
  const lines = failure.split('\n').filter((line) => !/objects failed:$/.test(line));
  return lines.map((line) =>
    line
      .replace(/^(?:- |all 3 )?objects?(?: "\w+",?)*: /, '')
      .replace(/ \[store-[a-z]+\]$/, '')
      .replaceAll(/http:\/\/(?:127\.0\.0\.1|localhost):\d+/g, 'ADDRESS')
      .replace(/^GET secret\/data\/[\w-]+: /, 'GET PATH: '),
  );
}

function longestGap(calls: readonly Call[], { from, to }: Span): number {
  const ends = calls.filter(({ isNew, failure }) => isNew && failure === undefined).map(({ endAt }) => endAt);
  const moments = [from, ...ends.sort((one, other) => one - other), to];
  return Math.max(...moments.slice(1).map((at, index) => at - (moments[index] ?? from)));
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export function tableOf(rows: readonly Figures[]): string {
  const head = [
    'what happened',
    'a leader again after',
    "no new pod for: with a login of its own, with its account's",
    'polls failed',
    'polls on last answers',
    'requests a second: before, without, most',
    'logins in 5 s: before, after',
  ];
  return [rowOf(head), rowOf(head.map(() => '---')), ...rows.map(lineOf)].join('\n');
}

export function lineOf(row: Figures): string {
  return rowOf([
    row.fault,
    seconds(row.leaderAfterMs),
    `${seconds(row.noNewPodMs)}, ${seconds(row.noKnownAccountMs)}`,
    `${row.failedPolls} of ${row.polls}`,
    String(row.stalePolls),
    `${row.before.toFixed(0)}, ${row.during.toFixed(0)}, ${row.most}`,
    `${row.loginsBefore}, ${row.loginsAfter}`,
  ]);
}

const rowOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
