// The annotations by which argocd-vault-plugin reads a resource, and what becomes of each.
import { mapAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlMap } from '../../yaml/node.ts';
import { isTrue } from '../go-bool.ts';
import type { Input } from '../input.ts';

export const AVP_PREFIX = 'avp.kubernetes.io/';

export interface AvpSettings {
  /** Undefined: there is no annotation, and a placeholder names its path. */
  readonly path: string | undefined;
  readonly version: string | undefined;
  readonly kvVersion: string;
  readonly isIgnored: boolean;
  readonly removesMissing: boolean;
}

/** @param kvVersion what the plugin was set up with (AVP_KV_VERSION). */
export function readSettings(map: YamlMap, kvVersion: string): AvpSettings {
  const annotation = (name: string) => {
    const value = mapAt(map, 'metadata', 'annotations')?.fields.get(AVP_PREFIX + name)?.value;
    return value?.kind === 'scalar' ? value.text : undefined;
  };
  return {
    path: annotation('path'),
    version: annotation('secret-version') || undefined,
    kvVersion: annotation('kv-version') ?? kvVersion,
    isIgnored: isTrue(annotation('ignore')),
    removesMissing: isTrue(annotation('remove-missing')),
  };
}

export function isAvpAnnotation(name: string): boolean {
  return name.startsWith(AVP_PREFIX);
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['path', 'the secretPath of each object that names none'],
  ['secret-version', 'the version of each secretPath'],
  ['kv-version', 'whether a version counts'],
  ['remove-missing', 'optional: true of each object'],
  ['ignore', 'leave the resource as it is'],
]);

/** For a resource that is moved. */
export function reportAnnotations(input: Input): void {
  for (const [name, { at }] of mapAt(input.map, 'metadata', 'annotations')?.fields ?? []) {
    if (!isAvpAnnotation(name)) continue;
    const meaning = MEANINGS.get(name.slice(AVP_PREFIX.length));
    if (meaning !== undefined) input.report('mapped', at, `${name}: ${meaning}`);
    else input.report('differs', at, `argocd-vault-plugin knows no annotation ${quote(name)}; it is dropped`);
  }
}
