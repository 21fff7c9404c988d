// The flags of `secretmount mount`: its own, and those of the daemon that say how the store is reached.
import { FILE_FLAG, FLAGS, type Flag } from '../flags.ts';

const MOUNT = 'What is mounted';
const LOGIN = 'As whom: one of these, or a store token in BAO_TOKEN or VAULT_TOKEN';

const OWN: readonly Flag[] = [
  { ...FILE_FLAG, group: MOUNT },
  {
    name: 'out',
    kind: 'text',
    value: 'FOLDER',
    help: "where the files go, written as the driver writes a pod's volume; created if it is missing, only for you",
    group: MOUNT,
  },
  {
    name: 'class',
    kind: 'text',
    value: 'NAME',
    help: 'which class, if the file holds several',
    group: MOUNT,
  },
  {
    name: 'override',
    kind: 'list',
    value: 'NAME=VALUE',
    help: "connection parameter in place of the class's, for example vaultAddress=https://127.0.0.1:8200 or vaultCACertPath=ca.pem; empty: without it; repeatable",
    group: MOUNT,
  },
  {
    name: 'allow-disk',
    kind: 'switch',
    help: 'write also to a folder that is not in memory (tmpfs or ramfs)',
    group: MOUNT,
  },
  {
    name: 'output',
    aliases: ['o'],
    kind: 'text',
    value: 'text|json',
    default: 'text',
    help: 'a table for a person, or a line of JSON; with --watch another line for each look that changed a file',
    group: MOUNT,
  },
  { name: 'watch', kind: 'switch', help: 'keep the files up to date until stopped', group: MOUNT },
  {
    name: 'interval',
    kind: 'text',
    value: 'TIME',
    default: '2m',
    help: "with --watch: time between two looks; the default is the driver's",
    group: MOUNT,
  },
  {
    name: 'jwt-file',
    kind: 'text',
    value: 'FILE',
    help: 'service account token to log in with, as the class says; - for standard input',
    group: LOGIN,
  },
  {
    name: 'token-file',
    kind: 'text',
    value: 'FILE',
    help: "store token to read with, for example ~/.vault-token; - for standard input. The class's login is not tried then; the token goes to the store of --vault-addr, and elsewhere only with --allow-store-address",
    group: LOGIN,
  },
  {
    name: 'namespace',
    kind: 'text',
    value: 'NAME',
    help: "the pod's namespace, if the token does not say",
    group: LOGIN,
  },
  {
    name: 'service-account',
    kind: 'text',
    value: 'NAME',
    help: "the pod's service account, if the token does not say",
    group: LOGIN,
  },
];

const SHARED_GROUPS = new Set(['The store', 'Safety']);
const SHARED_NAMES = new Set(['store-concurrency', 'request-timeout', 'max-retries', 'mount-timeout', 'help']);

export const MOUNT_FLAGS: readonly Flag[] = [
  ...OWN,
  ...FLAGS.filter(({ group, name }) => SHARED_GROUPS.has(group) || SHARED_NAMES.has(name)),
];
