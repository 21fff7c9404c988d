// The flags of `secretmount migrate`. None is taken from the environment: what stands in a class is said, not inherited.
import { SYSTEMS } from '../../migrate/setup.ts';
import { FILE_FLAG, FLAGS, type Flag } from '../flags.ts';

export const REPORTS = ['text', 'json', 'sarif', 'markdown'] as const;
export type Report = (typeof REPORTS)[number];

const MIGRATE = 'What is migrated';
const SETUP = 'What the input does not say; it goes into the classes and roles';

const SEALED = 'Sealed Secrets';

const OWN: readonly Flag[] = [
  { ...FILE_FLAG, group: MIGRATE },
  {
    name: 'out',
    kind: 'text',
    value: 'FOLDER',
    help: 'where every file of the input goes, changed or not, and the roles; a new folder, or one that only holds what an earlier run wrote',
    group: MIGRATE,
  },
  { name: 'diff', kind: 'switch', help: 'print what would change; the report goes to standard error', group: MIGRATE },
  {
    name: 'report',
    kind: 'text',
    value: REPORTS.join('|'),
    default: 'text',
    help: 'form of the report; markdown is a table for a pull request',
    group: MIGRATE,
  },
  {
    name: 'from',
    kind: 'list',
    value: SYSTEMS.join('|'),
    help: 'migrate this system and say nothing of others; repeatable; without it all are looked for',
    group: MIGRATE,
  },
  {
    name: 'allow',
    kind: 'list',
    value: 'KIND',
    help: 'do not exit 1 for what is not mapped because of this; repeatable',
    group: MIGRATE,
  },
  {
    name: 'sync-only',
    kind: 'switch',
    help: 'write classes and SecretSyncs of the separate sync controller for Secrets that no pod takes, or something else than a pod',
    group: MIGRATE,
  },
  {
    name: 'improve',
    kind: 'switch',
    help: "also write classes of HashiCorp's and OpenBao's provider better: format json for whole answers; and say what leases do",
    group: MIGRATE,
  },
  {
    name: 'resolve',
    kind: 'switch',
    help: 'ask the store of BAO_ADDR or VAULT_ADDR for the names of keys, never a value, where all keys are taken as variables; with the token of --token-file',
    group: MIGRATE,
  },
  {
    name: 'token-file',
    kind: 'text',
    value: 'FILE',
    help: 'store token to ask with; without it the one in BAO_TOKEN or VAULT_TOKEN',
    group: MIGRATE,
  },
  {
    name: 'namespace',
    kind: 'text',
    value: 'NAME',
    default: 'default',
    help: 'of manifests that name none, for the roles',
    group: SETUP,
  },
  {
    name: 'kv-version',
    kind: 'text',
    value: '1|2',
    default: '2',
    help: 'as AVP_KV_VERSION: whether the version of a placeholder counts',
    group: SETUP,
  },
  { name: 'vault-addr', kind: 'text', value: 'URL', help: "vaultAddress; without it the daemon's", group: SETUP },
  {
    name: 'vault-namespace',
    kind: 'text',
    value: 'NAME',
    help: "vaultNamespace; without it the daemon's",
    group: SETUP,
  },
  {
    name: 'vault-mount',
    kind: 'text',
    value: 'NAME',
    help: "vaultAuthMountPath, of the method kubernetes; without it the daemon's",
    group: SETUP,
  },
  {
    name: 'audience',
    kind: 'text',
    value: 'NAME',
    help: "audience of the pods' tokens; without it vault",
    group: SETUP,
  },
  {
    name: 'sealing-key',
    kind: 'list',
    value: 'FILE',
    help: 'private key of the controller, as PEM or as kubectl prints its Secret; opens the values in memory; repeatable',
    group: SEALED,
  },
  {
    name: 'sealed-mount',
    kind: 'text',
    value: 'NAME',
    default: 'secret',
    help: 'mount of KV version 2 where the values belong, each SealedSecret at NAMESPACE/NAME in it',
    group: SEALED,
  },
  {
    name: 'write-store',
    kind: 'switch',
    help: 'write the values there, in the store of BAO_ADDR or VAULT_ADDR, with the token of --token-file; all paths or none',
    group: SEALED,
  },
  {
    name: 'overwrite-store',
    kind: 'switch',
    help: 'also where other values are',
    group: SEALED,
  },
];

export const MIGRATE_FLAGS: readonly Flag[] = [...OWN, ...FLAGS.filter(({ name }) => name === 'help')];
