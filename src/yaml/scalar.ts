// Interprets a YAML scalar as gopkg.in/yaml.v3 does, which the providers we replace use: YAML 1.1 integers, YAML 1.2
// booleans, dates. Numbers stay text, so that none is rounded before it reaches the store.
import type { YamlScalar } from './node.ts';
import { isNull } from './node.ts';

const INTEGER = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]*|[1-9][0-9]*)$/i;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i;
const JSON_NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[-+]?[0-9]+)?$/i;
const NOT_A_NUMBER = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(Z|[-+]\d\d:\d\d)?)?$/;
const TRUE = new Set(['true', 'True', 'TRUE']);
const FALSE = new Set(['false', 'False', 'FALSE']);
/** Digits of the longest integer that is converted: BigInt takes quadratic time, and no store has longer ones. */
const LONGEST_INTEGER = 100;

/** An integer as YAML 1.1 writes it: `0640` and `0o640` are octal, `416` is decimal. Undefined: not one. */
export function goInteger(text: string): bigint | undefined {
  if (text.length > LONGEST_INTEGER) return undefined;
  const match = INTEGER.exec(text.replaceAll('_', ''));
  if (match === null) return undefined;
  const digits = match[2] ?? '';
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits.toLowerCase());
  return match[1] === '-' ? -value : value;
}

export function goBoolean(node: YamlScalar): boolean | undefined {
  if (!node.isPlain) return undefined;
  return TRUE.has(node.text) ? true : FALSE.has(node.text) ? false : undefined;
}

/** The scalar as JSON text; undefined if JSON has no form for it (`.nan`, `.inf`). */
export function scalarJson(node: YamlScalar): string | undefined {
  const { text } = node;
  if (!node.isPlain) return JSON.stringify(text);
  if (isNull(node)) return 'null';
  const boolean = goBoolean(node);
  if (boolean !== undefined) return String(boolean);
  if (NOT_A_NUMBER.test(text)) return undefined;
  const instant = goInstant(text);
  if (instant !== undefined) return JSON.stringify(instant);
  const integer = goInteger(text);
  if (integer !== undefined) return String(integer);
  const digits = text.replaceAll('_', '');
  if (FLOAT.test(digits) && Number.isFinite(Number(digits)))
    return JSON_NUMBER.test(digits) ? digits : String(Number(digits));
  return JSON.stringify(text);
}

/** yaml.v3 reads an unquoted date as a time, which those providers send as RFC 3339. */
function goInstant(text: string): string | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', separator, hour = '0', minute = '0', second = '0', fraction = '', zone] =
    match;
  // With a zone the separator is a T, without one a space.
  if (separator !== undefined && (separator === ' ') !== (zone === undefined)) return undefined;
  if (!isCalendarDate(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const [mm, dd, hh, min, ss] = [month, day, hour, minute, second].map((part) => part.padStart(2, '0'));
  const decimals = fraction.replace(/(?<!0)0+$/, '');
  const offset = zone === undefined || zone.endsWith('00:00') ? 'Z' : zone;
  return `${year}-${mm}-${dd}T${hh}:${min}:${ss}${decimals === '' ? '' : `.${decimals}`}${offset}`;
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  // Leap years repeat every 400; Date.UTC takes years below 100 for another century.
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return day <= lastDay;
}
