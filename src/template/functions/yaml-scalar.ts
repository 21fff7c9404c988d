// Resolves plain scalars as Go's yaml.v2 does: YAML 1.1, where `y` is true and `010` is eight.
import { parseFloat64, parseSigned, parseUnsigned } from './go-number.ts';

export type PlainScalar =
  | { readonly kind: 'text' | 'time'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null'; readonly value: null }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number };

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL)?$/;
const INFINITE = /^([+-]?)\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
/** Minutes and seconds in one number: a text, which other readers may take for more. */
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const TIME =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))| (\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?)?$/;

export function plainScalar(text: string): PlainScalar {
  if (NULL.test(text)) return { kind: 'null', value: null };
  if (TRUE.test(text)) return { kind: 'bool', value: true };
  if (FALSE.test(text)) return { kind: 'bool', value: false };
  if (/^[-+.\d]/.test(text)) return numeric(text);
  return { kind: 'text', value: text };
}

export function isBase60(text: string): boolean {
  return BASE_60.test(text);
}

function numeric(text: string): PlainScalar {
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return { kind: 'float', value: infinite[1] === '-' ? -Infinity : Infinity };
  if (NOT_A_NUMBER.test(text)) return { kind: 'float', value: Number.NaN };
  if (text.startsWith('.')) return floatOr(text, text);
  if (isTime(text)) return { kind: 'time', value: text };
  const digits = text.replaceAll('_', '');
  const value = parseSigned(digits, 0);
  if (typeof value === 'bigint') return { kind: 'int', value };
  const unsigned = parseUnsigned(digits, 0, 2n ** 64n - 1n);
  if (typeof unsigned === 'bigint') return { kind: 'int', value: unsigned };
  return FLOAT.test(digits) ? floatOr(digits, text) : { kind: 'text', value: text };
}

function floatOr(digits: string, text: string): PlainScalar {
  const value = parseFloat64(digits);
  return typeof value === 'number' ? { kind: 'float', value } : { kind: 'text', value: text };
}

function isTime(text: string): boolean {
  const found = TIME.exec(text);
  if (found === null) return false;
  const [year, month, day] = found.slice(1, 4).map(Number) as [number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return false;
  const [hour = 0, minute = 0, second = 0] = (found[4] === undefined ? found.slice(9, 12) : found.slice(4, 7)).map(
    Number,
  );
  const [zoneHour = 0, zoneMinute = 0] = found.slice(7, 9).map((part) => Number(part ?? 0));
  return !(hour > 23 || minute > 59 || second > 59 || zoneHour > 24 || zoneMinute > 59);
}
