// YAML as its readers see it: scalars keep their source text, aliases are resolved and shared,
// merges are done, maps keep what was written twice, everything its place. Read-only.
import type { Position } from './position.ts';

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** Written without quotes (or tagged as something else than text): may mean a number, a boolean or null. */
  readonly isPlain: boolean;
  /** Of a literal block (`|`), whose lines are those of the source, from the one below `at` on: how far they are indented. */
  readonly indent?: number;
  readonly at: Position;
  readonly weight: Weight;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly at: Position;
  readonly weight: Weight;
}

export interface YamlMap {
  readonly kind: 'map';
  readonly fields: ReadonlyMap<string, YamlField>;
  /** Keys that were written more than once, where they were written again. */
  readonly duplicates: readonly YamlDuplicate[];
  readonly at: Position;
  readonly weight: Weight;
}

export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlField {
  readonly at: Position;
  readonly value: YamlNode;
}

export interface YamlDuplicate {
  readonly key: string;
  readonly at: Position;
}

/** What a node costs with its aliases written out, which is how its readers walk it. */
export interface Weight {
  readonly nodes: number;
  readonly chars: number;
  readonly depth: number;
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);

export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.isPlain && NULLS.has(node.text);
}

/** For messages: what a node is, in words. */
export function kindOf(node: YamlNode): string {
  if (isNull(node)) return 'nothing';
  return node.kind === 'scalar' ? 'text' : `a ${node.kind}`;
}
