// Durations as Go's package time writes and reads them, and sprig's functions of them. Nothing here knows what time it is.
import { define } from '../function.ts';
import { TypedInt, type Value } from '../value.ts';
import { parseSigned, wrapInt64 } from './go-number.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);

/** Units for rounding, largest first: the first one that a duration exceeds counts. */
const ROUNDED: readonly (readonly [bigint, string])[] = [
  [365n * DAY, 'y'],
  [30n * DAY, 'mo'],
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'm'],
  [SECOND, 's'],
];

export const SPRIG_DURATIONS = {
  duration: define(['interface {}'], (_, value) => formatDuration(wrapInt64(secondsOf(value) * SECOND))),
  durationRound: define(['interface {}'], (_, value) => {
    const duration = nanosecondsOf(value);
    const size = duration < 0n ? -duration : duration;
    const [unit, name] = ROUNDED.find(([least]) => size > least) ?? [SECOND, 's'];
    return size > unit ? `${size / unit}${name}` : '0s';
  }),
} as const;

function secondsOf(value: Value): bigint {
  if (value instanceof TypedInt && value.type === 'int64') return value.value;
  if (typeof value !== 'string') return 0n;
  const seconds = parseSigned(value, 10);
  if (typeof seconds === 'bigint') return seconds;
  if (seconds === 'invalid syntax') return 0n;
  return value.startsWith('-') ? -(2n ** 63n) : 2n ** 63n - 1n;
}

function nanosecondsOf(value: Value): bigint {
  if (value instanceof TypedInt && value.type === 'int64') return value.value;
  return typeof value === 'string' ? (parseDuration(value) ?? 0n) : 0n;
}

const PART = /(\d*)(?:\.(\d*))?([^.\d]+)/y;

/** time.ParseDuration */
function parseDuration(text: string): bigint | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const parts = text.slice(sign.length);
  if (parts === '0') return 0n;
  if (parts === '') return undefined;
  let sum = 0n;
  for (let at = 0; at < parts.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const [, whole = '', fraction = '', unit = ''] = PART.exec(parts) ?? [];
    const size = UNITS.get(unit);
    if (size === undefined || whole + fraction === '' || whole.length > 20) return undefined;
    // Go computes the fraction with a float.
    const share = Math.trunc(Number(`0.${fraction || '0'}`) * Number(size));
    sum += BigInt(whole || '0') * size + BigInt(share);
    if (sum >= 2n ** 63n && !(sign === '-' && sum === 2n ** 63n)) return undefined;
  }
  return sign === '-' ? -sum : sum;
}

/** time.Duration.String */
function formatDuration(duration: bigint): string {
  const size = duration < 0n ? -duration : duration;
  const sign = duration < 0n ? '-' : '';
  if (size === 0n) return '0s';
  const seconds = size % MINUTE;
  let fraction = String(seconds % SECOND).padStart(9, '0');
  while (fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  const text = `${seconds / SECOND}${fraction === '' ? '' : `.${fraction}`}s`;
  const minutes = (size / MINUTE) % 60n;
  if (size < MINUTE) return sign + text;
  if (size < HOUR) return `${sign}${minutes}m${text}`;
  return `${sign}${size / HOUR}h${minutes}m${text}`;
}
