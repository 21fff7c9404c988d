// The bounds of docs/security.md, each read from the line of src/ that sets it.
import assert from 'node:assert/strict';
import { readPage } from './page.ts';

type Unit = 'bytes' | 'characters' | 'ms' | '';
type Bound = readonly [what: string, file: string, constant: string, unit?: Unit];

/** By heading, as the page has them. */
const BOUNDS: readonly (readonly [heading: string, bounds: readonly Bound[]])[] = [
  [
    'what a class or a pod may send',
    [
      ['attributes of a call', 'plan/attributes.ts', 'LARGEST_ATTRIBUTES', 'characters'],
      ['secrets of a call', 'plan/attributes.ts', 'LARGEST_SECRETS', 'characters'],
      ['one parameter', 'plan/parameter-source.ts', 'LONGEST_VALUE', 'characters'],
      ['the text `objects`', 'plan/objects-bounds.ts', 'bytes', 'bytes'],
      ['levels of lists and maps in it', 'plan/objects-bounds.ts', 'depth'],
      ['values in it, aliases written out', 'plan/objects-bounds.ts', 'nodes'],
      ['tokens in it, spaces and comments too', 'plan/objects-bounds.ts', 'tokens'],
      ['its scalars, aliases written out', 'plan/objects-bounds.ts', 'chars', 'characters'],
      ['objects', 'plan/objects.ts', 'MOST_OBJECTS'],
      ['an `objectName`', 'file-path.ts', 'LONGEST_PATH_BYTES', 'bytes'],
      ['each part of it', 'file-path.ts', 'LONGEST_ELEMENT_BYTES', 'bytes'],
      ['a `secretPath`', 'plan/read.ts', 'LONGEST_PATH', 'characters'],
      ['an expression in `keys`', 'plan/pattern-budget.ts', 'LONGEST_PATTERN', 'characters'],
      ['all of them', 'plan/pattern-budget.ts', 'MOST_CHARS', 'characters'],
      ['their instructions, as RE2 counts', 'plan/pattern-budget.ts', 'MOST_INSTRUCTIONS'],
      ['what `rename` writes, `to`', 'plan/keys-field.ts', 'LONGEST_TO', 'characters'],
      ['levels of a `tree`', 'plan/tree-field.ts', 'DEEPEST'],
      ['secrets of a `tree`', 'plan/tree-field.ts', 'MOST_SECRETS'],
      ['names listed for a `find`', 'tree/find-secrets.ts', 'MOST_LISTED'],
      ['files of one object', 'render/maker.ts', 'MOST_FILES'],
      ['steps of all expressions in names', 'patterns.ts', 'MOST_STEPS'],
      ['a `secretKey`', 'plan/secret-key.ts', 'LONGEST_KEY', 'characters'],
      ['objects of `format: pkcs12`', 'plan/objects.ts', 'MOST_PKCS12'],
      ['certificates and keys of one `pkcs12`', 'format/pkcs12-contents.ts', 'MOST_BLOCKS'],
      ['each of them', 'format/pkcs12-contents.ts', 'LARGEST_BLOCK_BYTES', 'bytes'],
      ['keys in `pem`', 'plan/format-fields.ts', 'MOST_PEM_KEYS'],
      ['an expression', 'extract/languages.ts', 'LONGEST_EXPRESSION', 'characters'],
      ['levels of a JSONPath', 'extract/cursor.ts', 'MOST_LEVELS'],
      ['of a JMESPath', 'extract/jmes-path/parse.ts', 'MOST_LEVELS'],
      ['of queries in a gjson path', 'extract/gjson/check.ts', 'MOST_LEVELS'],
      ['steps of all expressions of a class', 'render/expression.ts', 'MOST_STEPS'],
      ['levels of JSON that an expression selects from', 'extract/value.ts', 'MOST_LEVELS'],
      ['words and signs in all templates of a class', 'plan/template-budget.ts', 'MOST_PARTS'],
      ['CPU time of all its templates', 'template-files/renders.ts', 'MOST_CPU_MS', 'ms'],
      ['steps of one template', 'template/limits.ts', 'MAX_STEPS'],
      ['steps of the values that it is rendered over', 'template-files/renders.ts', 'MOST_STEPS'],
      ['levels of JSON in them', 'template-files/json-values.ts', 'MOST_LEVELS'],
      ['what it makes, output too', 'template-files/renders.ts', 'MOST_MADE', 'bytes'],
      ['its output', 'template/limits.ts', 'MAX_OUTPUT', 'bytes'],
      ['its reads with names', 'plan/named-reads.ts', 'MOST_NAMED'],
      ['what it asks for in one pass', 'template/functions/agent-reads.ts', 'MAX_READS_OF_PASS'],
      ['secrets that all templates of a class ask for', 'template-files/store-reads.ts', 'MOST_READS'],
      ['passes in which it asks', 'template/functions/agent-reads.ts', 'MAX_PASSES'],
      ['a delimiter', 'plan/template-fields.ts', 'LONGEST_DELIMITER', 'characters'],
    ],
  ],
  [
    'what is read from elsewhere',
    [
      ['reads of one mount, begun at once', 'fetch/read-lanes.ts', 'OF_A_MOUNT'],
      ['of all mounts, beyond one of each', 'fetch/read-lanes.ts', 'OF_ALL'],
      ['one answer of a store', 'vault/vault-client.ts', 'MAX_ANSWER_BYTES', 'bytes'],
      ['one that is not JSON', 'vault/vault-client.ts', 'MAX_RAW_BYTES', 'bytes'],
      ['what is read of a refusal', 'vault/request.ts', 'MAX_REFUSAL_BYTES', 'bytes'],
      ['the answer to a login or a renewal', 'vault/vault-client.ts', 'MAX_GRANT_BYTES', 'bytes'],
      ['all answers of one mount', 'memory/mount-memory.ts', 'MOUNT_BYTES', 'bytes'],
      ['levels of lists and maps in an answer', 'json-text/scan.ts', 'MAX_DEPTH'],
      ['a refusal of a store', 'vault/refusal.ts', 'LONGEST_REFUSAL', 'characters'],
      ['its texts that are looked through', 'vault/store-message.ts', 'LONGEST_TEXT', 'characters'],
      ['a file: of certificates, a token, a kubeconfig', 'small-file.ts', 'MAX_FILE_BYTES', 'bytes'],
      ['files in a certificate folder', 'vault/tls-files.ts', 'MAX_FOLDER_FILES'],
      ['all certificates and keys of one class', 'vault/tls-files.ts', 'MAX_FOLDER_BYTES', 'bytes'],
      ['an answer of the API server', 'kube/client.ts', 'LARGEST_ANSWER_BYTES', 'bytes'],
      ['the head of a request for `/metrics`', 'observe/http.ts', 'MOST_HEADER_BYTES', 'bytes'],
    ],
  ],
  [
    'what is sent',
    [
      ['all files and versions of one mount', 'render/size.ts', 'LARGEST_ANSWER_BYTES', 'bytes'],
      ['the text of a failed mount', 'render/failures.ts', 'MAX_MESSAGE_BYTES', 'bytes'],
      ['problems of a class reported at once', 'plan/problems.ts', 'MOST_PROBLEMS'],
      ["a store's own words in it", 'vault/store-message.ts', 'MAX_BYTES', 'bytes'],
      ['keys that are explained in it', 'render/key-hint.ts', 'MOST_HINTS'],
      ['a log line', 'observe/line-bounds.ts', 'LONGEST_LINE_BYTES', 'bytes'],
      ["the API server's words in it", 'kube/status-message.ts', 'LONGEST_BYTES', 'bytes'],
      ['waiting between the retries of one mount', 'fetch/retry.ts', 'WAIT_TOTAL_MS', 'ms'],
      ['one request to the API server', 'kube/client.ts', 'TIMEOUT_MS', 'ms'],
    ],
  ],
  [
    'what mounts under way take together',
    [
      ['all of it, and one mount more', 'cli/composition.ts', 'totalBytes', 'bytes'],
      ['of it for mounts that take little', 'cli/composition.ts', 'smallBytes', 'bytes'],
      ['such a mount', 'memory/budget.ts', 'FLOOR_BYTES', 'bytes'],
    ],
  ],
  [
    'what is kept in memory',
    [
      ['answers for the outage', 'volume/last-answers.ts', 'MAX_BYTES', 'bytes'],
      ['answers to share', 'fetch/request-coalescer.ts', 'MAX_FILED_BYTES', 'bytes'],
      ['paths with long answers', 'fetch/last-sizes.ts', 'MAX_PATHS'],
      ['paths known to give leases', 'fetch/request-coalescer.ts', 'MAX_LEASED_PATHS'],
      ['volumes', 'volume/volumes.ts', 'MAX_BYTES', 'bytes'],
      ['leases and the volumes that use them', 'lease/lease-memory.ts', 'MAX_BYTES', 'bytes'],
      ['those of one account', 'lease/lease-memory.ts', 'ACCOUNT_BYTES', 'bytes'],
      ['those of a pod for which half of it is free', 'lease/lease-memory.ts', 'POD_BYTES', 'bytes'],
      ['pods that are gone', 'pods.ts', 'MOST_GONE'],
      ['reads refused within a minute', 'fetch/refusals.ts', 'MAX_BYTES', 'bytes'],
      ['pods that were told of one', 'fetch/refusals.ts', 'MOST_PODS'],
      ['circuits', 'fetch/request-dispatcher.ts', 'MAX_CIRCUITS'],
      ['accounts with failures in each', 'fetch/circuit.ts', 'MAX_WITNESSES'],
      ['pods whose account is known by uid', 'session/account-uids.ts', 'MAX_PODS'],
      ['login methods learned', 'session/login-methods.ts', 'MAX_METHODS'],
      ['parsed classes', 'plan/object-cache.ts', 'maxCount'],
      ['parsed classes, together', 'plan/object-cache.ts', 'maxBytes', 'bytes'],
      ['stores with open connections', 'vault/stores.ts', 'MAX_CONNECTIONS'],
      ['certificate settings', 'vault/tls-files.ts', 'MAX_SETTINGS'],
      ['requested tokens', 'kube/token-request.ts', 'MOST_TOKENS'],
      ['connections to `/metrics`', 'observe/http.ts', 'MOST_CONNECTIONS'],
      ['those of one address', 'observe/http.ts', 'MOST_OF_ONE_ADDRESS'],
    ],
  ],
];

/** Rows of heading, what is bounded, how much, and the file that says so. */
export function boundRows(): string[][] {
  return BOUNDS.flatMap(([heading, bounds]) =>
    bounds.map(([what, file, constant, unit = ''], index) => [
      index === 0 ? `**${heading}**` : '',
      what,
      inUnit(constantOf(`src/${file}`, constant), unit),
      `\`src/${file}\``,
    ]),
  );
}

/** @throws AssertionError if the file sets it not exactly once, or not to a product of numbers. */
export function constantOf(file: string, name: string): number {
  const found = [...readPage(file).matchAll(new RegExp(`\\b${name}(?:: number)? ?[=:] ([\\d_ *]+)\\b`, 'g'))];
  assert.equal(found.length, 1, `${file} sets ${name} once`);
  const factors = found[0]?.[1]?.replaceAll('_', '').split('*').map(Number) ?? [];
  return factors.reduce((product, factor) => product * factor, 1);
}

function inUnit(value: number, unit: Unit): string {
  if (unit === 'ms') return `${value / 1000} s`;
  if (unit === '') return value.toLocaleString('en-US');
  if (value % (1024 * 1024) === 0) return `${value / 1024 / 1024} Mi ${unit}`.replace('Mi bytes', 'MiB');
  if (value % 1024 === 0 && unit === 'bytes') return `${value / 1024} KiB`;
  return `${value.toLocaleString('en-US')} ${unit}`;
}
