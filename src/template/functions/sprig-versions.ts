// sprig's functions of semantic versions.
import { define } from '../function.ts';
import { fail } from '../safe-text.ts';
import { type Struct, type TemplateFunction, TypedInt } from '../value.ts';
import { compareVersions, parseVersion, type Version } from './semver.ts';
import { checks } from './semver-constraint.ts';
import { TextStruct } from './text-struct.ts';

const TYPE = '*semver.Version';

export const SPRIG_VERSIONS = {
  semver: define(['string'], (_, text) => structOf(parseVersion(text), text)),
  semverCompare: define(['string', 'string'], (context, constraint, text) => checks(context, constraint, text)),
} as const;

function textOf(version: Version): string {
  const { major, minor, patch, prerelease, metadata } = version;
  return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`;
}

/** The versions behind structs: a method that compares gets another one. */
const versions = new WeakMap<Struct, Version>();

function structOf(version: Version, original: string, type = TYPE): TextStruct {
  const uint64 = (value: bigint) => new TypedInt('uint64', value);
  const increased = (next: Version) => () => structOf(next, withPrefix(original, textOf(next)), 'semver.Version');
  const release = { ...version, prerelease: '', metadata: '' };
  const compare = (isSo: (order: number) => boolean | bigint) =>
    define([TYPE], (_, other) => isSo(compareVersions(version, versionOf(other))));
  const patched = version.prerelease === '' ? { ...release, patch: version.patch + 1n } : release;
  const methods: Record<string, TemplateFunction> = {
    String: define([], () => textOf(version)),
    Original: define([], () => original),
    Major: define([], () => uint64(version.major)),
    Minor: define([], () => uint64(version.minor)),
    Patch: define([], () => uint64(version.patch)),
    Prerelease: define([], () => version.prerelease),
    Metadata: define([], () => version.metadata),
    IncPatch: define([], increased(patched)),
    IncMinor: define([], increased({ ...release, minor: version.minor + 1n, patch: 0n })),
    IncMajor: define([], increased({ ...release, major: version.major + 1n, minor: 0n, patch: 0n })),
    Compare: compare((order) => BigInt(order)),
    LessThan: compare((order) => order < 0),
    LessThanEqual: compare((order) => order <= 0),
    GreaterThan: compare((order) => order > 0),
    GreaterThanEqual: compare((order) => order >= 0),
    Equal: compare((order) => order === 0),
  };
  const struct = new TextStruct(type, textOf(version), new Map(Object.entries(methods)));
  versions.set(struct, version);
  return struct;
}

function withPrefix(original: string, text: string): string {
  return original.startsWith('v') ? `v${text}` : text;
}

function versionOf(struct: Struct | null): Version {
  const version = struct === null ? undefined : versions.get(struct);
  return version ?? fail`runtime error: invalid memory address or nil pointer dereference`;
}
