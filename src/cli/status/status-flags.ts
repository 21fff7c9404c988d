// The flags of `secretmount status`.
import { FLAGS, type Flag, STATUS_SOCKET_NAME } from '../flags.ts';

export const STATUS_FLAGS: readonly Flag[] = [
  {
    name: 'socket',
    kind: 'text',
    value: 'PATH',
    // Where the chart has the state folder.
    default: `/state/${STATUS_SOCKET_NAME}`,
    help: "the daemon's --status-socket",
    group: 'What is shown',
  },
  {
    name: 'output',
    aliases: ['o'],
    kind: 'text',
    value: 'text|json',
    default: 'text',
    help: 'tables for a person, or the document as the daemon wrote it',
    group: 'What is shown',
  },
  ...FLAGS.filter(({ name }) => name === 'help'),
];
