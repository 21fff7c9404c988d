// Finds credentials whose halves, such as certificate and key, come from different requests to one path. Each request
// issues another credential, so both halves mount but do not match.

import { quote } from '../quote.ts';
import type { PlanObject, Source, SourceOfRead } from './plan.ts';

const PAIRS = [
  ['certificate', 'private_key'],
  ['signed_key', 'private_key'],
  ['username', 'password'],
  ['access_key', 'secret_key'],
  ['client_id', 'client_secret'],
] as const;

interface OneRead extends PlanObject {
  readonly source: SourceOfRead;
}

export interface SplitPair {
  /** The later of the two objects. */
  readonly object: PlanObject;
  readonly text: string;
}

/** At most one for each pair of keys and path. */
export function findSplitPairs(objects: readonly PlanObject[]): readonly SplitPair[] {
  const ofOneRead = objects.filter(isOfOneRead);
  return [...Map.groupBy(ofOneRead, ({ source: { read } }) => `${read.path}?${read.query}`).values()].flatMap(
    (ofPath) => {
      const reads = [...Map.groupBy(ofPath, ({ source }) => source.read).values()];
      if (reads.length < 2) return [];
      return PAIRS.flatMap(([one, other]) => {
        const halves = [loneHalf(reads, one, other), loneHalf(reads, other, one)];
        const [first, second] = halves.toSorted((a, b) => indexOf(objects, a) - indexOf(objects, b));
        return first === undefined || second === undefined ? [] : [{ object: second, text: describe(first, second) }];
      });
    },
  );
}

function isOfOneRead(object: PlanObject): object is OneRead {
  return 'read' in object.source;
}

/** The first object that takes `key` from a request from which no object takes `other`. */
function loneHalf(reads: readonly (readonly PlanObject[])[], key: string, other: string): PlanObject | undefined {
  // A file with the whole answer has both parts.
  const isWhole = (ofRead: readonly PlanObject[]) =>
    ofRead.some(({ source }) => [other, undefined].includes(keyOf(source)));
  return reads
    .filter((ofRead) => !isWhole(ofRead))
    .flatMap((ofRead) => ofRead.filter(({ source }) => keyOf(source) === key))[0];
}

function indexOf(objects: readonly PlanObject[], object: PlanObject | undefined): number {
  return object === undefined ? -1 : objects.indexOf(object);
}

function describe(first: PlanObject, second: PlanObject): string {
  return `takes ${keyOf(second.source)} from another request than object ${quote(first.name)} takes ${keyOf(first.source)} from, so they do not fit each other; write the same method and secretArgs in both objects`;
}

/** undefined if it takes more than one. */
function keyOf(source: Source): string | undefined {
  return source.kind === 'value' ? source.key : undefined;
}
