// The fields of an object, in one table: what the parser knows, what the JSON Schema describes, and what
// docs/parameters.md lists.
import { DIALECTS } from '../template/dialects.ts';
import { METHODS } from './methods.ts';

/** Encodings of a value in the store. `-raw` means without padding, as in Go. */
export const ENCODINGS = ['utf-8', 'base64', 'base64-raw', 'base64url', 'base64url-raw', 'hex'] as const;
export type Encoding = (typeof ENCODINGS)[number];
/** Encodings of the file. */
export const FILE_ENCODINGS = ['base64', 'hex'] as const;
export type FileEncoding = (typeof FILE_ENCODINGS)[number];

/** Values of `format` that write one value or all of the secret's data. */
export const DATA_FORMATS = ['json', 'yaml', 'dotenv', 'properties'] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];
export const FORMATS = [...DATA_FORMATS, 'pem', 'pkcs12'] as const;
export type Format = (typeof FORMATS)[number];

/**
 * What the files of an object are made of: `value` is the value of one key, or the whole answer. `expression` selects
 * from either. `format` writes data in the form its consumer expects. `template` renders the answers of its own reads.
 */
export const SOURCE_KINDS = ['value', 'expression', 'format', 'keys', 'tree', 'template'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
/** Kinds whose objects are folders of files. */
export const FOLDER_KINDS: ReadonlySet<SourceKind> = new Set<SourceKind>(['keys', 'tree']);

/** Kinds that use the object's own secretPath. A template names its own reads. */
const WITH_A_PATH: readonly SourceKind[] = SOURCE_KINDS.filter((kind) => kind !== 'template');

export interface FieldText {
  readonly help: string;
  /** The value if the field is absent; undefined: no default. */
  readonly default?: string;
  /** Required for every kind in `goesWith`. */
  readonly isRequired?: true;
  /** The source kind that this field selects. An object without such a field is a `value`. */
  readonly makes?: Exclude<SourceKind, 'value'>;
  /** The source kinds that allow this field; undefined: all. */
  readonly goesWith?: readonly SourceKind[];
}

export const OBJECT_FIELDS = {
  objectName: {
    help: "the file's path below the mount, unique; `a/b` makes a folder. With `keys`, `tree` or `find` the folder of its files; `.` is the mount itself",
    isRequired: true,
  },
  secretPath: {
    help: 'with or without a leading `/` or `/v1/`; what follows the first `?` is the query (`?version=1`); any other character is part of the path, also `#` and `%`. A `template` has none',
    isRequired: true,
    goesWith: WITH_A_PATH,
  },
  secretKey: {
    help: "the key of the secret; without it the file is the store's whole answer, as JSON if it is any",
    goesWith: ['value', 'expression', 'format'],
  },
  keys: {
    help: "one file for each key of the secret: `all`, or a map with `include` and `exclude` (lists of [RE2](https://github.com/google/re2/wiki/Syntax) expressions, found in a key's name) and `rename` (a list of `from`, an expression, and `to`, in which `$1` is its first group)",
    makes: 'keys',
  },
  tree: {
    help: 'one folder of files for each secret below secretPath, which is then a folder of a KV engine: `all`, or a map with `depth` (how many folders deep, 3), `limit` (the most secrets, 100), and `mount` and `version` of the engine, which the store is asked for otherwise',
    makes: 'tree',
  },
  find: {
    help: 'as `tree`, of those secrets only that fit: `name` (an expression, found in the path below secretPath) and `tags` (a map of names and values in the custom metadata of KV version 2), one of them or both',
    makes: 'tree',
  },
  method: {
    help: `${METHODS.map((method) => `\`${method}\``).join(', ')}, in any letter case`,
    default: 'GET',
    goesWith: ['value', 'expression', 'format', 'keys'],
  },
  secretArgs: { help: 'a map, sent as the JSON body', goesWith: ['value', 'expression', 'format', 'keys'] },
  filePermission: {
    help: 'a YAML integer without quotes: `0640`, `0o640` and `416` are the same, 0 is as absent; or octal digits in quotes: `"0640"`',
    default: "the volume's, 0644",
  },
  encoding: {
    help: `of the value in the store: ${ENCODINGS.map((name) => `\`${name}\``).join(', ')}, in any letter case; decoded before it is written. \`base64url\` has \`-\` and \`_\` for \`+\` and \`/\`, \`-raw\` has no padding`,
    default: 'utf-8',
    goesWith: ['value', 'expression', 'keys', 'tree'],
  },
  encode: {
    help: `of the file: ${FILE_ENCODINGS.map((name) => `\`${name}\``).join(', ')}, in any letter case; written so, after \`encoding\` was decoded; also of a whole answer`,
    goesWith: ['value', 'expression'],
  },
  jsonPath: {
    help: 'what this JSONPath (RFC 9535) selects from the JSON in the value of `secretKey`, or without it from the data of the secret: `$.db.password`',
    makes: 'expression',
  },
  jmesPath: { help: 'the same in JMESPath: `db.password`', makes: 'expression' },
  gjson: {
    help: "the same as in External Secrets' `property`, a path of gjson: `db.password`, `hosts.0`",
    makes: 'expression',
  },
  format: {
    help: `the file is the secret's data (with \`secretKey\`: what that key holds) without the store's envelope, as ${FORMATS.map((name) => `\`${name}\``).join(', ')}, in any letter case`,
    makes: 'format',
  },
  pem: {
    help: 'for `format: pem` and `pkcs12`: the keys whose certificates and private key are joined, in that order: `[certificate, ca_chain, private_key]`; each is a text or a list of texts',
    goesWith: ['format'],
  },
  password: {
    help: 'for `format: pkcs12`: where its password is: `{secretPath: secret/data/keystore, secretKey: password}`; without `secretPath` it is a key of the same secret',
    goesWith: ['format'],
  },
  keyAlias: {
    help: 'for `format: pkcs12`: the name of its entry, as Java asks for it',
    default: 'none: Java numbers them',
    goesWith: ['format'],
  },
  template: {
    help: 'the file is what this template comes to, in the syntax of Go: `{{ with secret "secret/data/app" }}{{ .Data.data.password }}{{ end }}`',
    makes: 'template',
  },
  templateSyntax: {
    help: `${DIALECTS.map((name) => `\`${name}\``).join(', ')}, in any letter case: \`agent\` as Vault Agent, whose templates read by themselves; \`sprig\` as External Secrets, over \`reads\``,
    default: 'agent',
    goesWith: ['template'],
  },
  reads: {
    help: 'for `templateSyntax: sprig`: a map of names and reads, each a map of `secretPath` and, if it needs them, `secretKey`, `method`, `secretArgs` and `encoding`. `.NAME` is the text of its `secretKey`, or without one a map of all keys',
    goesWith: ['template'],
  },
  errorOnMissingKey: {
    help: '`true`: a key that the template names and the secret lacks fails the object; `false`: it is printed as `<no value>`',
    default: 'agent: false, sprig: true',
    goesWith: ['template'],
  },
  templateDelimiters: {
    help: 'what its actions stand between, a list of two texts',
    default: '["{{", "}}"]',
    goesWith: ['template'],
  },
  optional: {
    help: '`true`: a missing path or key, or a deleted version, is an absent file, not a failure',
    default: 'false',
  },
  default: {
    help: 'the text of the file if the secret has no such key, or an expression selects nothing, as it stands; with `optional: true` also if there is no path or version',
    goesWith: ['value', 'expression'],
  },
  share: {
    help: '`serviceAccount`: if the answer becomes a lease (a leased secret, a certificate), all pods of the account on a node have the same, also one that did not log in itself',
    default: 'no: each pod its own',
  },
  refreshAfter: {
    help: 'keep the answer so long, whatever it is, and ask for another at the first poll after it: `12h`, `30m`',
  },
  revoke: { help: '`false`: a lease is left to expire, not revoked, when its pod is gone', default: 'true' },
} as const satisfies Readonly<Record<string, FieldText>>;

/** Plausible fields that have no effect here. They are refused, because an ignored one would mislead its author. */
const OWNER = 'the driver writes every file as root, and a provider cannot name another owner';
export const REFUSED_FIELDS: ReadonlyMap<string, string> = new Map(
  ['fileOwner', 'fileGroup'].map((field) => [
    field,
    `${field} is not available: ${OWNER}; remove it and let all read the file, filePermission: 0444 (docs/known-limits.md, "Owner and group of files")`,
  ]),
);

export type ObjectField = keyof typeof OBJECT_FIELDS;
export const FIELDS: Readonly<Record<ObjectField, FieldText>> = OBJECT_FIELDS;
export const FIELD_NAMES: readonly string[] = Object.keys(OBJECT_FIELDS);
