// The flags of `secretmount template`: all are its own.
import { FILE_FLAG, FLAGS, type Flag } from '../flags.ts';

const TEMPLATE = 'How it is rendered';

export const TEMPLATE_FLAGS: readonly Flag[] = [
  { ...FILE_FLAG, group: TEMPLATE },
  {
    name: 'data',
    kind: 'text',
    value: 'FILE',
    help: 'YAML or JSON with what the template reads; agent: a map of paths, each with what stands in .Data; sprig: a map of names; - for standard input',
    group: TEMPLATE,
  },
  {
    name: 'syntax',
    kind: 'text',
    value: 'agent|sprig',
    default: 'agent',
    help: "whose templates: Vault Agent's, or those of External Secrets and Vault Secrets Operator; templateSyntax of an object",
    group: TEMPLATE,
  },
  {
    name: 'delimiters',
    kind: 'text',
    value: 'DELIMITERS',
    default: '{{ }}',
    help: 'what stands around an action, two with a space between them; templateDelimiters of an object',
    group: TEMPLATE,
  },
  {
    name: 'error-on-missing-key',
    kind: 'switch',
    help: 'fail on a key that a map lacks, as sprig always does; with =false it does not; errorOnMissingKey of an object',
    group: TEMPLATE,
  },
  ...FLAGS.filter(({ name }) => name === 'help'),
];
