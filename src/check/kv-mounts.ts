// Paths that lack the `data/` of KV version 2. Only the store knows a mount's version: it is asked once per path, and if it
// does not tell, that is reported too.

import { fieldOf, textAt } from '../manifest/nodes.ts';
import type { Rule } from '../manifest/rules.ts';
import { toMethod } from '../plan/read.ts';
import { quote } from '../quote.ts';
import { type Mount, withKv2Part } from '../vault/kv-path.ts';
import type { CheckedClass } from './class-check.ts';
import { listObjects, type ObjectNode, pathOf, sourceKindOf } from './object-advice.ts';

/**
 * Asks what is mounted at a path.
 * @param namespace the store's own, as the class names it; empty if it names none.
 * @returns undefined if the store does not tell.
 */
export type AskMount = (namespace: string, path: string) => Promise<Mount | undefined>;

export async function checkKvMounts(classes: readonly CheckedClass[], ask: AskMount): Promise<void> {
  const asked = new Map<string, Promise<Mount | undefined>>();
  for (const { resource, parsed, objects } of classes) {
    if (objects === undefined || parsed === undefined) continue;
    for (const object of listObjects(objects)) {
      const path = pathOf(object);
      if (path === undefined) continue;
      const { namespace } = parsed.store;
      const key = JSON.stringify([namespace, path]);
      const answer = asked.get(key) ?? ask(namespace, path);
      asked.set(key, answer);
      const [rule, text] = judge(path, object, await answer) ?? [];
      if (rule !== undefined)
        resource.reportWithin(rule, objects, positionOf(object), `object ${quote(object.name)}: ${text}`);
    }
  }
}

function judge(path: string, object: ObjectNode, mount: Mount | undefined): readonly [Rule, string] | undefined {
  if (mount === undefined) {
    const fix = 'check the path, or ask with a token that may read it';
    return ['kv-unknown', `the store does not say what ${quote(path)} is; ${fix}`];
  }
  // A tree determines the version by itself.
  if (sourceKindOf(object.node) === 'tree') return undefined;
  const right = withKv2Part(path, mount, methodOf(object));
  if (right === undefined) return undefined;
  return ['kv-version', `${quote(mount.path)} is KV version 2; write ${quote(right)}`];
}

function methodOf({ node }: ObjectNode): string {
  return toMethod(textAt(node, 'method')) ?? 'GET';
}

function positionOf({ node }: ObjectNode) {
  return fieldOf(node, 'secretPath')?.value.at ?? node.at;
}
