// A refused or missing path. The fix depends on what is mounted there: the message is general at first, and exact once the
// store was asked. Of the store's answer only the beginning of our own path is shown.
import { MountError, type Reason } from '../errors.ts';
import type { Read } from '../plan/plan.ts';
import { type Mount, withKv2Part, withoutKv2Part } from './kv-path.ts';

export class PathRefusal extends MountError {
  /** The problem, without the fix. */
  readonly what: string;

  constructor(reason: Reason, what: string, fix: string) {
    super(reason, `${what}; ${fix}`);
    this.what = what;
  }
}

/** The capabilities that a policy must grant for a method. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  GET: 'read',
  LIST: 'list',
  SCAN: 'scan',
  POST: 'create" and "update',
  PUT: 'create" and "update',
  PATCH: 'patch',
};

/** @param on `secret/data/app`, or a description of it */
export function fixByPolicy(method: string, on: string, namespace: string): string {
  const where = namespace === '' ? on : `${on} in namespace ${namespace}`;
  return `a policy of the login's role must grant "${CAPABILITIES[method] ?? method.toLowerCase()}" on ${where}`;
}

/** For any login: the store shows a path's mount only to tokens with some right there. */
export function fixByAnyPolicy(path: string, namespace: string): string {
  const where = namespace === '' ? '' : ` in namespace ${namespace}`;
  return `check that an engine is mounted where ${path} begins${where}, and that a policy of the login's role grants "list" on the folder and "read" on the secrets in it`;
}

type Asked = Pick<Read, 'method' | 'path' | 'query'>;

/** @param mount undefined: the store does not tell this login. @returns undefined if the mount changes no advice. */
export function fixByMount(
  isForbidden: boolean,
  read: Asked,
  namespace: string,
  mount: Mount | undefined,
): string | undefined {
  const { method, path, query } = read;
  const byPolicy = (on: string) => (isForbidden ? `, and ${fixByPolicy(method, on, namespace)}` : '');
  if (mount === undefined) {
    const open =
      'the store does not tell this login what is mounted there, so check that an engine is, and that data/ follows the mount if it is KV version 2';
    return isForbidden ? `${fixByPolicy(method, path, namespace)}; ${open}` : undefined;
  }
  const right = withKv2Part(path, mount, method);
  if (right !== undefined) return `${mount.path} is KV version 2: write ${right}${byPolicy('that')}`;
  const plain = withoutKv2Part(path, mount);
  if (plain !== undefined)
    return `${mount.path} is KV version 1, which has no data/ of its own: write ${plain} unless that is the secret's name${byPolicy('what is written')}`;
  const version = mount.kvVersion === 2 ? /(?:^|&)version=(\d{1,15})(?:&|$)/.exec(query)?.[1] : undefined;
  if (version === undefined || isForbidden) return undefined;
  return `check the path, and that the secret has version ${version}; without "?version=" the newest is read`;
}
