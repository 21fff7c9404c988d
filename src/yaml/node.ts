// YAML nodes, read-only. Scalars keep their source text. Aliases are resolved and shared. Merge keys are applied. Maps keep
// their duplicate keys. Every node has its position.
import type { Position } from './position.ts';

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** Written without quotes (or tagged as something else than text): may mean a number, a boolean or null. */
  readonly isPlain: boolean;
  /** Set for a literal block (`|`): the indentation of its lines, the first of which is the line below `at`. */
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
  /** Keys given more than once, with the position of each repetition. */
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

/** Size of a node with its aliases expanded, because readers walk it that way. */
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
