// Constraints of versions as Masterminds/semver reads them: `>=1.2, <2 || ~3.1`.
import { RE2JS } from 're2js';
import { fail } from '../safe-text.ts';
import type { CallContext } from '../value.ts';
import { comparePrereleases, compareVersions, parseVersion, type Version } from './semver.ts';
import { orElse } from './swallow.ts';

interface Constraint {
  readonly operator: string;
  readonly version: Version;
  /** Parts that are missing or `x`: any number matches. */
  readonly isAnyMinor: boolean;
  readonly isAnyPatch: boolean;
  readonly isPartial: boolean;
}

const PART = '[0-9|xX*]+';
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const VERSION = `v?(${PART})(\\.${PART})?(\\.${PART})?(?:(-${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?`;
/** The empty alternative comes second, as in Go: the first one that leads to a match wins. */
const OPERATOR = '=||!=|>|<|>=|=>|<=|=<|~|~>|\\^';
const ONE = new RegExp(`^\\s*(${OPERATOR})\\s*(${VERSION})\\s*$`);
const EACH = new RegExp(`(?:${OPERATOR})\\s*${VERSION}`, 'g');
const BETWEEN = new RegExp(`\\s*(${VERSION})\\s+-\\s+(${VERSION})\\s*`, 'g');
const FIRST = `\\s*(?:${OPERATOR})\\s*${VERSION}\\s*`;
/** JavaScript's own expression would backtrack over the text repeatedly. */
const ALL = RE2JS.compile(`^${FIRST}(?:(?:\\s+|,\\s*)(?:${OPERATOR})\\s*${VERSION}\\s*)*$`);
/** Limit on a constraint's length, as the expressions backtrack. */
const MAX_LENGTH = 1_000;

export function checks(context: CallContext, text: string, version: string): boolean {
  if (text.length > MAX_LENGTH) fail`the constraint is too long`;
  context.charge(text.length);
  const alternatives = withoutRanges(text).split('||').map(parsed);
  const wanted = parseVersion(version);
  return alternatives.some((constraints) => {
    const allowsPrerelease = constraints.some((one) => one.version.prerelease !== '');
    if (wanted.prerelease !== '' && !allowsPrerelease) return false;
    return constraints.every((one) => isMet(wanted, one));
  });
}

/** `1 - 2` is `>= 1, <= 2`. */
function withoutRanges(text: string): string {
  return text.replace(BETWEEN, (_, from: string, ...groups: string[]) => `>= ${from}, <= ${groups[4]} `);
}

function parsed(text: string): Constraint[] {
  if (!ALL.matcher(text).find()) fail`improper constraint`;
  return [...text.matchAll(EACH)].map(([part]) => one(part));
}

function one(text: string): Constraint {
  const found = ONE.exec(text);
  if (found === null) return fail`improper constraint`;
  const [, operator = '', whole = '', major = '', minor = '', patch = '', prerelease = ''] = found;
  const isAnyMajor = isAny(major);
  const isAnyMinor = !isAnyMajor && isAny(minor);
  const isAnyPatch = !isAnyMajor && !isAnyMinor && isAny(patch);
  const isPartial = isAnyMajor || isAnyMinor || isAnyPatch;
  const numbers = isAnyMajor ? '0.0.0' : isAnyMinor ? `${major}.0.0` : `${major}${minor}.0`;
  const version = versionIn(isPartial ? numbers + prerelease : whole);
  return { operator, version, isAnyMinor, isAnyPatch, isPartial };
}

function versionIn(text: string): Version {
  return orElse<Version | undefined>(() => parseVersion(text), undefined) ?? fail`constraint parser error`;
}

function isAny(part: string): boolean {
  return /^\.?[xX*]?$/.test(part);
}

function isMet(version: Version, constraint: Constraint): boolean {
  const order = compareVersions(version, constraint.version);
  switch (constraint.operator) {
    case '':
    case '=':
      return constraint.isPartial ? isTilde(version, constraint, order) : order === 0;
    case '!=':
      return isOther(version, constraint, order);
    case '>':
      return isGreater(version, constraint, order);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return isAtMost(version, constraint, order);
    case '^':
      return isCaret(version, constraint, order);
  }
  return isTilde(version, constraint, order);
}

function isOther(
  version: Version,
  { version: own, isAnyMinor, isAnyPatch, isPartial }: Constraint,
  order: number,
): boolean {
  if (!isPartial) return order !== 0;
  if (version.major !== own.major) return true;
  if (isAnyMinor) return false;
  if (version.minor !== own.minor) return true;
  if (!isAnyPatch) return version.patch !== own.patch || order !== 0;
  if (version.prerelease === '' && own.prerelease === '') return false;
  return comparePrereleases(version.prerelease, own.prerelease) !== 0;
}

function isGreater(
  version: Version,
  { version: own, isAnyMinor, isAnyPatch, isPartial }: Constraint,
  order: number,
): boolean {
  if (!isPartial) return order > 0;
  if (version.major !== own.major) return version.major > own.major;
  if (isAnyMinor) return false;
  return isAnyPatch ? version.minor > own.minor : order > 0;
}

function isAtMost(version: Version, { version: own, isAnyMinor, isPartial }: Constraint, order: number): boolean {
  if (!isPartial) return order <= 0;
  if (version.major > own.major) return false;
  return !(version.major === own.major && version.minor > own.minor && !isAnyMinor);
}

function isTilde(version: Version, constraint: Constraint, order: number): boolean {
  const { version: own, isAnyMinor, isAnyPatch } = constraint;
  if (order < 0) return false;
  const isZero = own.major === 0n && own.minor === 0n && own.patch === 0n;
  if (isZero && !isAnyMinor && !isAnyPatch) return true;
  return version.major === own.major && (version.minor === own.minor || isAnyMinor);
}

function isCaret(version: Version, { version: own, isAnyMinor, isAnyPatch }: Constraint, order: number): boolean {
  if (order < 0 || version.major !== own.major) return false;
  if (own.major > 0n || isAnyMinor) return true;
  if (version.minor !== own.minor) return false;
  return own.minor > 0n || isAnyPatch || version.patch === own.patch;
}
