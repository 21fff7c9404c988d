// aws-secret-operator by its value rules (its function secret was read and run), and the mount of a class of the AWS provider
// (3.1.1) by what its documentation says.
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { Manifest, Mounted } from './consumers.ts';

/** `stringDataFrom`: JSON's texts by key, else the whole as `data`; a key `port` is set as soon as one value is no text. */
export function operatorData(value: string, version: string): Record<string, string> {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(value);
  } catch {
    return { data: value, AWSVersionId: version };
  }
  const texts = Object.entries(parsed).map(([key, one]) => [key, typeof one === 'string' ? one : '']);
  const { port } = parsed;
  const hasOthers = Object.values(parsed).some((one) => typeof one !== 'string');
  const ports = hasOthers ? { port: typeof port === 'number' || typeof port === 'string' ? String(port) : '' } : {};
  return { ...Object.fromEntries(texts), ...ports, AWSVersionId: version };
}

/** Files of a class of the AWS provider (3.1.1). */
export function mountAws({ spec }: Manifest, values: Readonly<Record<string, string>>): ReadonlyMap<string, Mounted> {
  assert.equal(spec.provider, 'aws');
  const { objects, pathTranslation = '_' } = spec.parameters;
  const files = new Map<string, Mounted>();
  const write = (name: string, text: string, permission?: string) => {
    const path = pathTranslation === 'False' ? name.replace(/^\/+/, '') : name.replaceAll('/', pathTranslation);
    assert.ok(!files.has(path), `${path} is written twice`);
    files.set(path, { mode: Number.parseInt(permission ?? '0644', 8), contents: Buffer.from(text) });
  };
  for (const { objectName, objectType, objectVersion, objectAlias = objectName, filePermission, jmesPath } of parse(
    objects,
  )) {
    assert.equal(objectType, 'secretsmanager');
    assert.equal(objectVersion, VERSION);
    const value = values[objectName] ?? assert.fail(`no secret ${objectName}`);
    write(objectAlias, value, filePermission);
    for (const { path, objectAlias: alias, filePermission: mode } of jmesPath ?? []) {
      const key = path.startsWith('"') ? JSON.parse(path) : path;
      const text = JSON.parse(value)[key];
      assert.equal(typeof text, 'string', `${path} selects no text`);
      write(alias, text, mode);
    }
  }
  return files;
}

export const VERSION = 'c43e66cb-d0fe-44c5-9b7e-d450441a04be';
