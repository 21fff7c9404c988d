// JSON Schemas (draft 2020-12) of a whole class, of its parameters and of the list in `objects`, made from the driver's CRD and the
// parser's own tables, for editors and other tools. Stricter than the daemon in one thing: unknown names are refused, as an editor
// has no warnings. What looks across objects (a name twice) a schema cannot say; `secretmount check` does.
import { MOST_TAGS } from '../plan/find-field.ts';
import { MOST_PEM_KEYS } from '../plan/format-fields.ts';
import { LONGEST_TO } from '../plan/keys-field.ts';
import { METHODS } from '../plan/methods.ts';
import { MOST_NAMED, type READ_FIELDS } from '../plan/named-reads.ts';
import {
  DATA_FORMATS,
  ENCODINGS,
  FIELDS,
  FILE_ENCODINGS,
  FORMATS,
  OBJECT_FIELDS,
  type ObjectField,
} from '../plan/object-table.ts';
import { MOST_OBJECTS } from '../plan/objects.ts';
import { LONGEST_VALUE } from '../plan/parameter-source.ts';
import {
  BOOLEANS,
  CONNECTION_PARAMETERS,
  type ParameterForm,
  type ParameterText,
  PLAIN_PARAMETERS,
  PREFIXES,
  ROLE,
  ROLE_SPELLINGS,
} from '../plan/parameter-table.ts';
import { LONGEST_DELIMITER } from '../plan/template-fields.ts';
import { DEEPEST, MOST_SECRETS } from '../plan/tree-field.ts';
import { DIALECTS } from '../template/dialects.ts';
import { CLASS_SCHEMAS, type Schema as CrdSchema } from './driver-crd.ts';

type Schema = Readonly<Record<string, unknown>>;

const OUR_PROVIDERS = ['vault', 'openbao'];

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
/** The parser takes a bare number or `yes` as text. */
const ANY_SCALAR = ['string', 'number', 'boolean'];

/** Fields that are an expression. */
const EXPRESSIONS = Object.entries(FIELDS).flatMap(([name, { makes }]) => (makes === 'expression' ? [name] : []));

/** The schema of what the text of `objects` holds, once read as YAML. */
export function objectsSchema(): Schema {
  return {
    $schema: DRAFT,
    title: 'objects of a SecretProviderClass for Vault or OpenBao',
    type: 'array',
    minItems: 1,
    maxItems: MOST_OBJECTS,
    items: {
      type: ['object', 'null'],
      required: REQUIRED.filter((name) => FIELDS[name].goesWith === undefined),
      additionalProperties: false,
      dependentSchemas: { default: { anyOf: ['secretKey', ...EXPRESSIONS].map((name) => ({ required: [name] })) } },
      allOf: [
        ...excluded().map((pair) => ({ not: { required: pair, properties: Object.fromEntries(pair.map(said)) } })),
        ...FORMAT_RULES,
        ...TEMPLATE_RULES,
      ],
      properties: mapValues(OBJECT_FIELDS, (field, name) => ({ description: field.help, ...FIELD_FORMS[name] })),
    },
  };
}

const REQUIRED = (Object.keys(OBJECT_FIELDS) as ObjectField[]).filter((name) => FIELDS[name].isRequired);

/** Null and empty are as absent; the default of an empty file is none. */
function said(name: string): readonly [string, Schema] {
  return [name, { not: { enum: name === 'default' ? [null] : [null, ''] } }];
}

/** Pairs of fields that do not go together. */
function excluded(): readonly (readonly [string, string])[] {
  const fields = Object.entries(FIELDS);
  const makers = fields.flatMap(([name, { makes }]) => (makes === undefined ? [] : [[name, makes] as const]));
  return makers.flatMap(([maker, makes], index) => [
    ...fields.flatMap(([name, { goesWith }]) => (goesWith?.includes(makes) === false ? [[name, maker] as const] : [])),
    ...makers.slice(0, index).map(([other]) => [other, maker] as const),
  ]);
}

/** Fields for some formats only, and the fields that those require. */
const FORMAT_RULES: readonly Schema[] = [
  ...[{ pem: { type: 'array' } }, { password: { type: 'object' } }, { keyAlias: { type: 'string', minLength: 1 } }].map(
    (properties) => wherever({ required: Object.keys(properties), properties }, { required: ['format'] }),
  ),
  ofFormats(DATA_FORMATS, [], ['pem', 'password', 'keyAlias']),
  ofFormats(['pem'], ['pem'], ['secretKey', 'password', 'keyAlias']),
  ofFormats(['pkcs12'], ['pem', 'password'], ['secretKey']),
];

const A_TEMPLATE = having(Object.fromEntries([said('template')]));
const OF_SPRIG = having({ templateSyntax: { type: 'string', pattern: anyOfWords(['sprig']) } });

/** The required fields that a template does without, and the fields for templates only. */
const TEMPLATE_RULES: readonly Schema[] = [
  ...REQUIRED.filter((name) => FIELDS[name].goesWith !== undefined).map((name) => ({
    anyOf: [{ required: [name] }, A_TEMPLATE],
  })),
  ...Object.entries(FIELDS)
    .filter(([, { goesWith }]) => goesWith?.length === 1 && goesWith[0] === 'template')
    .map(([name]) => wherever(having(Object.fromEntries([said(name)])), A_TEMPLATE)),
  wherever({ allOf: [A_TEMPLATE, OF_SPRIG] }, having({ reads: { type: 'object' } })),
  wherever(having(Object.fromEntries([said('reads')])), OF_SPRIG),
];

function having(properties: Schema): Schema {
  return { required: Object.keys(properties), properties };
}

function ofFormats(formats: readonly string[], required: readonly string[], excluded: readonly string[]): Schema {
  return wherever(
    { required: ['format'], properties: { format: { type: 'string', pattern: anyOfWords(formats) } } },
    { required, not: { anyOf: excluded.map((name) => ({ required: [name] })) } },
  );
}

/** Replaces `if` and `then`: JavaScript takes an object with a field `then` for a promise. */
function wherever(one: Schema, other: Schema): Schema {
  return { anyOf: [{ not: one }, other] };
}

function anyOfWords(words: readonly string[]): string {
  return `^(${words.map(inAnyCase).join('|')})$`;
}

const PATTERN = { type: ANY_SCALAR, minLength: 1 };
const RENAMING = {
  type: 'object',
  required: ['from', 'to'],
  additionalProperties: false,
  properties: { from: PATTERN, to: { type: ANY_SCALAR, maxLength: LONGEST_TO } },
};
const TAGS = {
  type: ['object', 'null'],
  minProperties: 1,
  maxProperties: MOST_TAGS,
  additionalProperties: { type: ANY_SCALAR },
};

function folderForm(properties: Schema): Schema {
  return {
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    dependentRequired: { mount: ['version'], version: ['mount'] },
    properties: {
      ...properties,
      depth: { type: ['integer', 'null'], minimum: 1, maximum: DEEPEST },
      limit: { type: ['integer', 'null'], minimum: 1, maximum: MOST_SECRETS },
      mount: { type: ANY_SCALAR },
      version: { enum: [1, 2] },
    },
  };
}

function oneOrMore(item: Schema, fewest = 0): Schema {
  return { oneOf: [item, { type: 'array', items: item, minItems: fewest }] };
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

const READ_FORMS: Readonly<Record<(typeof READ_FIELDS)[number], Schema>> = {
  secretPath: { type: ANY_SCALAR, minLength: 1 },
  secretKey: { type: [...ANY_SCALAR, 'null'] },
  method: oneOf(METHODS),
  secretArgs: { type: ['object', 'null'] },
  encoding: oneOf(ENCODINGS),
};

const FIELD_FORMS: Readonly<Record<ObjectField, Schema>> = {
  ...READ_FORMS,
  objectName: { type: ANY_SCALAR, minLength: 1 },
  keys: {
    oneOf: [
      { enum: ['all', '', null] },
      {
        type: 'object',
        minProperties: 1,
        additionalProperties: false,
        properties: {
          include: orNull(oneOrMore(PATTERN, 1)),
          exclude: orNull(oneOrMore(PATTERN)),
          rename: orNull(oneOrMore(RENAMING)),
        },
      },
    ],
  },
  tree: { oneOf: [{ enum: ['all', '', null] }, folderForm({})] },
  find: {
    oneOf: [
      { enum: ['', null] },
      {
        ...folderForm({ name: { ...PATTERN, type: [...ANY_SCALAR, 'null'] }, tags: TAGS }),
        anyOf: [{ required: ['name'] }, { required: ['tags'] }],
      },
    ],
  },
  // A reader of YAML 1.2, as editors have, takes 0640 for six hundred and forty.
  filePermission: {
    type: ['integer', 'string', 'null'],
    minimum: 0,
    maximum: 777,
    pattern: '^0(o?0*[0-7]{1,3})?$',
    examples: ['0400', '0640'],
  },
  encode: oneOf(FILE_ENCODINGS),
  jsonPath: { type: [...ANY_SCALAR, 'null'], examples: ['$.db.password'] },
  jmesPath: { type: [...ANY_SCALAR, 'null'], examples: ['db.password'] },
  gjson: { type: [...ANY_SCALAR, 'null'], examples: ['db.password', 'hosts.0'] },
  format: oneOf(FORMATS),
  pem: { type: ['array', 'null'], minItems: 1, maxItems: MOST_PEM_KEYS, items: { type: ANY_SCALAR, minLength: 1 } },
  password: {
    type: ['object', 'null'],
    required: ['secretKey'],
    additionalProperties: false,
    properties: {
      secretPath: { type: [...ANY_SCALAR, 'null'] },
      secretKey: { type: ANY_SCALAR, minLength: 1 },
    },
  },
  keyAlias: { type: [...ANY_SCALAR, 'null'], pattern: '^[ -~]{0,100}$' },
  template: { type: [...ANY_SCALAR, 'null'] },
  templateSyntax: oneOf(DIALECTS),
  reads: {
    type: ['object', 'null'],
    minProperties: 1,
    maxProperties: MOST_NAMED,
    additionalProperties: {
      type: 'object',
      required: ['secretPath'],
      additionalProperties: false,
      allOf: [
        wherever(having(Object.fromEntries([said('encoding')])), having(Object.fromEntries([said('secretKey')]))),
      ],
      properties: READ_FORMS,
    },
  },
  errorOnMissingKey: { type: ['boolean', 'null'] },
  templateDelimiters: {
    type: ['array', 'null'],
    minItems: 2,
    maxItems: 2,
    items: { type: ANY_SCALAR, minLength: 1, maxLength: LONGEST_DELIMITER },
  },
  optional: { type: ['boolean', 'null'] },
  default: { type: [...ANY_SCALAR, 'null'] },
  share: { enum: ['serviceAccount', '', null] },
  refreshAfter: { type: ['string', 'number', 'null'], examples: ['12h', '30m'] },
  revoke: { type: ['boolean', 'null'] },
};

function oneOf(words: readonly string[]): Schema {
  return { type: ['string', 'null'], pattern: `^(${words.map(inAnyCase).join('|')})?$`, examples: words };
}

/** The schema of a class as it stands in a manifest; the parameters of another provider may be any. */
export function classSchema(): Schema {
  const { properties } = toJsonSchema(CLASS_SCHEMAS['v1']) as { readonly properties: Readonly<Record<string, Schema>> };
  const { properties: spec } = properties['spec'] as { readonly properties: Readonly<Record<string, Schema>> };
  const { $schema, title: _, ...parameters } = parametersSchema();
  return {
    $schema,
    title: 'SecretProviderClass',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    additionalProperties: false,
    properties: {
      ...properties,
      apiVersion: { const: 'secrets-store.csi.x-k8s.io/v1' },
      kind: { const: 'SecretProviderClass' },
      metadata: { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 1 } } },
      spec: {
        type: 'object',
        required: ['provider', 'parameters'],
        additionalProperties: false,
        properties: { ...spec, provider: { type: 'string', pattern: '^[\\w-]{1,30}$', examples: OUR_PROVIDERS } },
        if: { properties: { provider: { enum: OUR_PROVIDERS } } },
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
        then: { properties: { parameters } },
      },
    },
  };
}

/** The CRD's own schema, strict where kubectl is: no field that it does not name. */
function toJsonSchema(schema: CrdSchema | undefined): Schema {
  if (schema?.type === 'array') return { type: 'array', items: toJsonSchema(schema.items) };
  if (schema?.type !== 'object') return { type: 'string' };
  if (schema.properties !== undefined)
    return { type: 'object', additionalProperties: false, properties: mapValues(schema.properties, toJsonSchema) };
  return {
    type: 'object',
    ...(schema.additionalProperties && { additionalProperties: toJsonSchema(schema.additionalProperties) }),
  };
}

/** The schema of `spec.parameters`. */
export function parametersSchema(): Schema {
  const connection = Object.entries(CONNECTION_PARAMETERS).flatMap(([name, text]) =>
    PREFIXES.map((prefix) => [`${prefix}${name}`, text] as const),
  );
  const plain = [...ROLE_SPELLINGS.map((name) => [name, ROLE] as const), ...Object.entries(PLAIN_PARAMETERS)];
  return {
    $schema: DRAFT,
    title: 'parameters of a SecretProviderClass for Vault or OpenBao',
    type: 'object',
    required: ['objects'],
    anyOf: ROLE_SPELLINGS.map((name) => ({ required: [name] })),
    additionalProperties: false,
    properties: Object.fromEntries([...plain, ...connection].map(([name, text]) => [name, parameter(text)])),
  };
}

/** Empty counts as absent. */
const PARAMETER_FORMS: Readonly<Record<ParameterForm, Schema>> = {
  text: { maxLength: LONGEST_VALUE },
  address: { maxLength: LONGEST_VALUE, pattern: '^($|[Hh][Tt][Tt][Pp][Ss]?://[^/]|unix:///.)' },
  path: { maxLength: LONGEST_VALUE, pattern: '^($|/)' },
  boolean: { enum: [...BOOLEANS.keys(), ''] },
  scope: { enum: ['serviceAccount', ''] },
  objects: { minLength: 1 },
};

function parameter({ help, form }: ParameterText): Schema {
  return { description: help, type: 'string', ...PARAMETER_FORMS[form] };
}

function inAnyCase(word: string): string {
  return word.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
}

function mapValues<Key extends string, Value>(
  from: Readonly<Record<Key, Value>>,
  change: (value: Value, key: Key) => Schema,
): Schema {
  return Object.fromEntries(Object.entries<Value>(from).map(([key, value]) => [key, change(value, key as Key)]));
}
