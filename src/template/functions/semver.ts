// Semantic versions as Masterminds/semver reads and compares them.
import { fail } from '../safe-text.ts';
import { parseUnsigned } from './go-number.ts';

export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
}

const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const VERSION = new RegExp(`^v?(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?(?:-(${IDENTIFIERS}))?(?:\\+(${IDENTIFIERS}))?$`);
const MAX_SEGMENT = 2n ** 64n - 1n;

export function parseVersion(text: string): Version {
  const found = VERSION.exec(text);
  if (found === null) return fail`invalid semantic version`;
  const [major, minor, patch] = found.slice(1, 4).map((digits = '0') => segment(digits)) as [bigint, bigint, bigint];
  const [prerelease = '', metadata = ''] = found.slice(4, 6);
  if (prerelease.split('.').some((part) => /^0\d+$/.test(part))) fail`version segment starts with 0`;
  return { major, minor, patch, prerelease, metadata };
}

function segment(digits: string): bigint {
  const value = parseUnsigned(digits, 10, MAX_SEGMENT);
  return typeof value === 'bigint' ? value : fail`error parsing version segment: value out of range`;
}

export function compareVersions(left: Version, right: Version): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (left[part] !== right[part]) return left[part] < right[part] ? -1 : 1;
  }
  if (left.prerelease === right.prerelease) return 0;
  if (left.prerelease === '') return 1;
  return right.prerelease === '' ? -1 : comparePrereleases(left.prerelease, right.prerelease);
}

export function comparePrereleases(left: string, right: string): number {
  const [lefts, rights] = [left.split('.'), right.split('.')];
  for (let at = 0; at < Math.max(lefts.length, rights.length); at += 1) {
    const order = compareParts(lefts[at] ?? '', rights[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers come before names, and are compared by size. */
function compareParts(left: string, right: string): number {
  if (left === right) return 0;
  if (left === '') return -1;
  if (right === '') return 1;
  const [leftNumber, rightNumber] = [left, right].map((part) => parseUnsigned(part, 10, MAX_SEGMENT));
  const isNumber = [typeof leftNumber === 'bigint', typeof rightNumber === 'bigint'];
  if (isNumber[0] && isNumber[1]) return (leftNumber as bigint) > (rightNumber as bigint) ? 1 : -1;
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1 : 1;
  return left > right ? 1 : -1;
}
