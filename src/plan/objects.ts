// Parses the text of `objects` into the objects of a plan and their distinct reads. One pass reports every problem.
// Unknown fields are only warnings, so that a class that works with another provider also works here.

import { findClashes, findPathProblem, VOLUME } from '../file-path.ts';
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlList, type YamlNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/parse.ts';
import type { Position } from '../yaml/position.ts';
import { toObject } from './object-fields.ts';
import { FOLDER_KINDS } from './object-table.ts';
import { OBJECTS_BOUNDS } from './objects-bounds.ts';
import { PatternBudget } from './pattern-budget.ts';
import type { PlanObject, Read } from './plan.ts';
import { type Problem, Problems, type WarningKind } from './problems.ts';
import { hasSameLeaseSettings } from './read.ts';
import { SharedReads } from './shared-reads.ts';
import { managedReadsOf, readsOf, withReads } from './source-reads.ts';
import { findSplitPairs } from './split-pairs.ts';
import { TemplateBudget } from './template-budget.ts';

/** docs/security.md lists it. */
export const MOST_OBJECTS = 1000;
/** Making one blocks the process for 11 ms, or for 25 ms with the most certificates that it may have. */
export const MOST_PKCS12 = 2;
/** Each mount logs its warnings in one line. More than this usually share one cause. */
const MOST_WARNINGS = 20;
const WRITE_A_LIST = 'write a list, each object starting with "- objectName: ..."';
/** The form that early versions of vault-csi-provider and other providers use. */
const ARRAY_OF_TEXTS = `a map with "array", the form of the first versions of vault-csi-provider; ${WRITE_A_LIST}, without "array:" above and "|" before it, and with secretPath and secretKey below it`;
const NO_TEXT = 'remove the "|" or the quotes before its fields';

export interface ParsedObjects {
  readonly objects: readonly PlanObject[];
  readonly reads: readonly Read[];
  readonly warnings: readonly Problem[];
  /** Objects that take the halves of one credential from different requests. */
  readonly splitPairs: readonly Problem[];
  /** If there are any, objects and reads are of no use. */
  readonly problems: readonly Problem[];
}

/** @param mode of files that name no filePermission. */
export function parseObjects(text: string, mode: number): ParsedObjects {
  const problems = new Problems();
  const root = readYaml(text, OBJECTS_BOUNDS, problems);
  if (problems.count > 0) return failed(problems);
  if (root === undefined || isNull(root)) problems.addParameter('objects', `missing or empty; ${WRITE_A_LIST}`);
  else if (root.kind === 'map' && root.fields.has('array')) problems.addParameter('objects', ARRAY_OF_TEXTS);
  else if (root.kind !== 'list') problems.addParameter('objects', `${kindOf(root)}, not a list; ${WRITE_A_LIST}`);
  else if (root.items.every(isNull)) problems.addParameter('objects', `an empty list; ${WRITE_A_LIST}`);
  else if (root.items.length > MOST_OBJECTS)
    problems.addParameter('objects', `more than ${MOST_OBJECTS} objects; split them over several classes`);
  else return parseList(root, mode, problems);
  return failed(problems);
}

function failed(problems: Problems, warnings: readonly Problem[] = []): ParsedObjects {
  return Object.freeze({ objects: [], reads: [], warnings, splitPairs: [], problems: problems.list() });
}

const DISAGREE =
  'an object above makes the same request with another share, refreshAfter or revoke; write the same, as both take parts of one answer';

/** A name and where it stands, for the rules that look across objects. */
interface Named {
  readonly name: string;
  readonly at: Position;
  readonly isFolder: boolean;
}

function parseList(list: YamlList, mode: number, problems: Problems): ParsedObjects {
  const objects: PlanObject[] = [];
  const positions = new Map<PlanObject, Position>();
  const reads = new SharedReads();
  const names = new Map<string, Named>();
  const warnings: Problem[] = [];
  const budgets = { patterns: new PatternBudget(), templates: new TemplateBudget() };
  for (const [index, item] of list.items.entries()) {
    if (problems.isFull) break;
    const where = describe(item, index);
    const warn = (at: Position, text: () => string, kind?: WarningKind) => {
      if (warnings.length < MOST_WARNINGS)
        warnings.push({ at, subject: where, text: text(), ...(kind === undefined ? {} : { kind }) });
    };
    // vault-csi-provider drops an empty entry (a "-" left over at the end).
    if (isNull(item)) warn(item.at, () => 'an entry with nothing in it is ignored');
    else if (item.kind !== 'map')
      problems.addObject(item.at, where, `${kindOf(item)}, not a map of fields; ${mapFix(item)}`);
    else {
      const report = (at: Position, text: string) => problems.addObject(at, where, text);
      const object = toObject(item, mode, { warn, report }, budgets);
      checkName(item, where, object !== undefined && FOLDER_KINDS.has(object.source.kind), names, problems);
      if (object === undefined) continue;
      const shared = share(object, reads, () => problems.addObject(item.at, where, DISAGREE));
      objects.push(shared);
      positions.set(shared, item.at);
    }
  }
  for (const { file, inner } of findClashes([...names.values()])) {
    problems.addObject(
      inner.at,
      `object ${quote(inner.name)}`,
      `needs the folder ${quote(file.name)}, which is another object's file; rename one`,
    );
  }
  const encrypted = objects.filter(({ source }) => source.kind === 'format' && source.format === 'pkcs12');
  if (encrypted.length > MOST_PKCS12)
    problems.addParameter(
      'objects',
      `more than ${MOST_PKCS12} objects of format pkcs12, each of which takes long to encrypt; split them over several classes`,
    );
  if (problems.count > 0) return failed(problems, warnings);
  return Object.freeze({
    objects: Object.freeze(objects),
    reads: reads.list(),
    warnings: Object.freeze(warnings),
    splitPairs: Object.freeze(
      findSplitPairs(objects)
        .slice(0, MOST_WARNINGS)
        .map(({ object, text }) => ({
          at: positions.get(object) ?? list.at,
          subject: `object ${quote(object.name)}`,
          text,
        })),
    ),
    problems: Object.freeze([]),
  });
}

/** Replaces equal reads by those of the first object that has them. Skips a tree, whose reads only a mount can find. */
function share(object: PlanObject, reads: SharedReads, disagree: () => void): PlanObject {
  const source = withReads(object.source, (read) => reads.share(read));
  const shared = managedReadsOf(source);
  const isSame = managedReadsOf(object.source).every((read, index) =>
    hasSameLeaseSettings(read, shared[index] ?? read),
  );
  if (!isSame) disagree();
  return Object.freeze({ ...object, source, reads: readsOf(source) });
}

/** Adds a valid name to `names`. If a name is used twice, the first object keeps it. */
function checkName(
  item: YamlNode,
  where: string,
  isFolder: boolean,
  names: Map<string, Named>,
  problems: Problems,
): void {
  const name = nameOf(item);
  const at = item.kind === 'map' ? (item.fields.get('objectName')?.at ?? item.at) : item.at;
  const isVolume = isFolder && name === VOLUME;
  if (name === undefined || (!isVolume && findPathProblem(name) !== undefined)) return;
  const earlier = names.get(name);
  if (earlier === undefined) names.set(name, { name, at, isFolder });
  else problems.addObject(at, where, 'an object above has this objectName; give each its own');
}

function nameOf(item: YamlNode): string | undefined {
  const value = item.kind === 'map' ? item.fields.get('objectName')?.value : undefined;
  return value?.kind === 'scalar' && !isNull(value) && value.text !== '' ? value.text : undefined;
}

function mapFix(item: YamlNode): string {
  return item.kind === 'scalar' && /\bobject\w+\s*:/.test(item.text) ? NO_TEXT : 'write "objectName: ..."';
}

/** By its name, or by its position in the list if it has none. */
function describe(item: YamlNode, index: number): string {
  const name = nameOf(item);
  return name === undefined ? `object ${index + 1}` : `object ${quote(name)}`;
}
