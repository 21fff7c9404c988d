// Where a secret is: paths that miss what their engine wants, rights that are missing, versions that are not there.
import type { Bench, Way } from './bench.ts';

const WIDE = 'wide';

/** Grants to the role `poor`. */
async function grant({ bao }: Bench, rule: string): Promise<void> {
  await bao.addPolicy('poor', rule);
}

/** What it may do at first: nothing of what is mounted. */
async function poorRole(bench: Bench, rule = 'path "sys/nothing" { capabilities = ["read"] }'): Promise<'poor'> {
  await grant(bench, rule);
  const { jwt, kubernetes } = bench.world;
  await kubernetes.addRole('poor', { policies: ['poor'] });
  await jwt.addRole('poor', { policies: ['poor'], fields: { token_no_default_policy: true } });
  return 'poor';
}

export const PATH_WAYS: readonly Way[] = [
  {
    name: 'KV version 2 without data/',
    wrong: () => ({ objects: ['a secret/app password'], role: WIDE }),
    says: 'object "a": GET secret/app: there is nothing at this path (404); secret/ is KV version 2: write secret/data/app [path-missing]',
    fix: () => ({ objects: ['a secret/data/app password'], role: WIDE }),
  },
  {
    name: 'KV version 2 without data/, its mount with a slash',
    wrong: () => ({ objects: ['a team/kv/app password'], role: WIDE }),
    says: 'object "a": GET team/kv/app: there is nothing at this path (404); team/kv/ is KV version 2: write team/kv/data/app [path-missing]',
    fix: () => ({ objects: ['a team/kv/data/app password'], role: WIDE }),
  },
  {
    name: 'KV version 2 with data/ in the middle of its mount',
    wrong: () => ({ objects: ['a team/data/kv/app password'], role: WIDE }),
    says: 'object "a": GET team/data/kv/app: no secrets engine is mounted there (404: no handler for route "team/data/kv/app". route entry not found.); check how the path begins, and vaultNamespace [path-missing]',
    fix: () => ({ objects: ['a team/kv/data/app password'], role: WIDE }),
  },
  {
    name: 'KV version 2 without data/, with the least rights',
    wrong: () => ({ objects: ['a team/kv/app password'] }),
    says: 'object "a": GET team/kv/app: forbidden by the store (403: permission denied); team/kv/ is KV version 2: write team/kv/data/app, and a policy of the login\'s role must grant "read" on that [read-forbidden]',
    fix: () => ({ objects: ['a team/kv/data/app password'] }),
  },
  {
    name: 'KV version 2 without data/, and no right on either path',
    wrong: async (bench) => {
      const role = await poorRole(bench, 'path "team/kv/metadata/*" { capabilities = ["list"] }');
      return { objects: ['a team/kv/app password'], role };
    },
    says: 'object "a": GET team/kv/app: forbidden by the store (403: permission denied); team/kv/ is KV version 2: write team/kv/data/app, and a policy of the login\'s role must grant "read" on that [read-forbidden]',
    fix: async (bench) => {
      await grant(bench, 'path "team/kv/data/app" { capabilities = ["read"] }');
      return { objects: ['a team/kv/data/app password'], role: 'poor' };
    },
  },
  {
    name: 'no right on a path that is right',
    wrong: async (bench) => {
      const role = await poorRole(bench, 'path "team/kv/metadata/*" { capabilities = ["list"] }');
      return { objects: ['a team/kv/data/app password'], role };
    },
    says: 'object "a": GET team/kv/data/app: forbidden by the store (403: permission denied); a policy of the login\'s role must grant "read" on team/kv/data/app [read-forbidden]',
    fix: async (bench) => {
      await grant(bench, 'path "team/kv/data/app" { capabilities = ["read"] }');
      return { objects: ['a team/kv/data/app password'], role: 'poor', claims: { pod: 'paths-right-granted' } };
    },
  },
  {
    name: 'a right that was granted a moment after the refusal, and a new pod of the account',
    wrong: async (bench) => {
      const role = await poorRole(bench, 'path "team/kv/metadata/*" { capabilities = ["list"] }');
      const told = { objects: ['a team/kv/data/app password'], role, isShared: true, claims: { pod: 'told' } };
      await bench.refusal(told, 'told');
      return told;
    },
    says: 'object "a": GET team/kv/data/app: forbidden by the store (403: permission denied); a policy of the login\'s role must grant "read" on team/kv/data/app; the store said so less than a minute ago, it is asked again when the minute is over, for a new pod at once [read-forbidden]',
    fix: async (bench) => {
      await grant(bench, 'path "team/kv/data/app" { capabilities = ["read"] }');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return { objects: ['a team/kv/data/app password'], role: 'poor', isShared: true, claims: { pod: 'new' } };
    },
  },
  {
    name: 'a path of which the store tells this login nothing',
    wrong: async (bench) => {
      const role = await poorRole(bench);
      return { objects: ['a team/kv/app password'], role };
    },
    says: 'object "a": GET team/kv/app: forbidden by the store (403: permission denied); a policy of the login\'s role must grant "read" on team/kv/app; the store does not tell this login what is mounted there, so check that an engine is, and that data/ follows the mount if it is KV version 2 [read-forbidden]',
    fix: async (bench) => {
      await grant(bench, 'path "team/kv/data/app" { capabilities = ["read"] }');
      return { objects: ['a team/kv/data/app password'], role: 'poor' };
    },
  },
  {
    name: 'KV version 1 with data/',
    wrong: () => ({ objects: ['a one/data/app password'], role: WIDE }),
    says: 'object "a": GET one/data/app: there is nothing at this path (404); one/ is KV version 1, which has no data/ of its own: write one/app unless that is the secret\'s name [path-missing]',
    fix: () => ({ objects: ['a one/app password'], role: WIDE }),
  },
  {
    name: 'KV version 1 with data/, with the least rights',
    wrong: () => ({ objects: ['a one/data/app password'] }),
    says: 'object "a": GET one/data/app: forbidden by the store (403: permission denied); one/ is KV version 1, which has no data/ of its own: write one/app unless that is the secret\'s name, and a policy of the login\'s role must grant "read" on what is written [read-forbidden]',
    fix: () => ({ objects: ['a one/app password'] }),
  },
  {
    name: 'a secret that was never written',
    wrong: () => ({ objects: ['a secret/data/fixes/later password'], role: WIDE }),
    says: 'object "a": GET secret/data/fixes/later: there is nothing at this path (404); check the path, and that the secret has been written [path-missing]',
    fix: async ({ world }) => {
      await world.write('fixes/later', { password: 's3cret-value' });
      return undefined;
    },
  },
  {
    name: 'a version that is not there',
    wrong: () => ({ objects: ['a secret/data/app?version=99 password'], role: WIDE }),
    says: 'object "a": GET secret/data/app: there is nothing at this path (404); check the path, and that the secret has version 99; without "?version=" the newest is read [path-missing]',
    fix: () => ({ objects: ['a secret/data/app password'], role: WIDE }),
  },
  {
    name: 'a version that is not a number',
    wrong: () => ({ objects: ['a secret/data/app?version=new password'], role: WIDE }),
    says: "object \"a\": GET secret/data/app: refused by the store (400: Field validation failed: error converting input for field \"version\": '' cannot parse value as 'int': strconv.ParseInt: invalid syntax); correct the object's method, secretPath or secretArgs [request-refused]",
    saysVault:
      'object "a": GET secret/data/app: refused by the store (400: Field validation failed: error converting input for field "version": cannot parse \'\' as int: strconv.ParseInt: parsing "new": invalid syntax); correct the object\'s method, secretPath or secretArgs [request-refused]',
    fix: () => ({ objects: ['a secret/data/app?version=1 password'], role: WIDE }),
  },
  {
    name: 'a version that was deleted',
    wrong: async ({ bao, world }) => {
      await world.write('fixes/deleted', { password: 's3cret-value' });
      await bao.request('DELETE', 'secret/data/fixes/deleted');
      return { objects: ['a secret/data/fixes/deleted password'], role: WIDE };
    },
    says: 'object "a": GET secret/data/fixes/deleted: version 1 was deleted at TIME; undelete it, or write a new version [version-deleted]',
    fix: async ({ bao }) => {
      await bao.request('POST', 'secret/undelete/fixes/deleted', { versions: [1] });
      return undefined;
    },
  },
  {
    name: 'no engine at the path',
    wrong: () => ({ objects: ['a secrets/data/app password'], role: WIDE }),
    says: 'object "a": GET secrets/data/app: no secrets engine is mounted there (404: no handler for route "secrets/data/app". route entry not found.); check how the path begins, and vaultNamespace [path-missing]',
    fix: () => ({ objects: ['a secret/data/app password'], role: WIDE }),
  },
  {
    name: 'a list of KV version 2 without metadata/',
    wrong: async (bench) => {
      const role = await poorRole(bench, 'path "secret/metadata/*" { capabilities = ["list"] }');
      return { objects: '- {objectName: a, secretPath: secret/fixes, method: LIST, secretKey: keys}', role };
    },
    says: 'object "a": LIST secret/fixes: forbidden by the store (403: permission denied); secret/ is KV version 2: write secret/metadata/fixes, and a policy of the login\'s role must grant "list" on that [read-forbidden]',
    fix: async ({ world }) => {
      await world.write('fixes/one', { password: 'x' });
      return {
        objects: '- {objectName: a, secretPath: secret/metadata/fixes, method: LIST, secretKey: keys}',
        role: 'poor',
      };
    },
    gives: /one/,
  },
];
