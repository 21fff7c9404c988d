// The flags of `secretmount check`: its own, and those of the daemon that say how the store is reached.
import { FILE_FLAG, FLAGS, type Flag } from '../flags.ts';

export const OUTPUTS = ['text', 'json', 'sarif', 'gitlab', 'junit', 'policy'] as const;
export type Output = (typeof OUTPUTS)[number];

const CHECK = 'What is checked';

const SHARED_NAMES = new Set(['request-timeout', 'help']);

export const CHECK_FLAGS: readonly Flag[] = [
  { ...FILE_FLAG, group: CHECK },
  {
    name: 'objects',
    kind: 'list',
    value: 'FILE',
    help: 'a file with the list of a class alone, which a kustomization or chart puts into `objects`; repeatable',
    group: CHECK,
  },
  { name: 'strict', kind: 'switch', help: 'exit 1 on warnings too', group: CHECK },
  {
    name: 'min-classes',
    kind: 'text',
    value: 'N',
    default: '0',
    help: 'exit 2 if fewer classes of Vault and OpenBao are found: a pipeline whose input went missing does not pass',
    group: CHECK,
  },
  {
    name: 'output',
    aliases: ['o'],
    kind: 'text',
    value: OUTPUTS.join('|'),
    default: 'text',
    help: 'form of the findings; sarif and gitlab are what code review shows beside the lines, junit is what CI shows as tests; policy is what the store has to allow, and the findings go to standard error',
    group: CHECK,
  },
  {
    name: 'ask',
    kind: 'switch',
    help: 'ask the store which mounts are KV version 2, with the token of --token-file; only the store of --vault-addr is asked, never an address out of a class',
    group: CHECK,
  },
  {
    name: 'token-file',
    kind: 'text',
    value: 'FILE',
    help: 'store token to ask with; without it the one in BAO_TOKEN or VAULT_TOKEN',
    group: CHECK,
  },
  ...FLAGS.filter(({ group, name }) => (group === 'The store' && name !== 'vault-mount') || SHARED_NAMES.has(name)),
];
