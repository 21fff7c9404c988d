// The JSON Schemas against the parser they are made from: on the corpus of good classes, and field by field.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse, parseAllDocuments } from 'yaml';
import { classSchema, objectsSchema, parametersSchema } from '../../src/check/json-schema.ts';
import { PATTERNS } from '../../src/patterns.ts';
import { parseObjects } from '../../src/plan/objects.ts';
import { parseParameters } from '../../src/plan/parse-plan.ts';
import type { PlanDefaults } from '../../src/plan/plan.ts';
import { LANGUAGES } from '../../src/plan/template-languages.ts';

const ajv = new Ajv2020({ allowUnionTypes: true, strictTypes: false });
const isObjects = ajv.compile(objectsSchema());
const isParameters = ajv.compile(parametersSchema());
const isClass = ajv.compile(classSchema());

const folder = join(import.meta.dirname, 'corpus/good');
const DEFAULTS: PlanDefaults = {
  store: { address: '', namespace: '', tls: { skipVerify: false } },
  mount: 'kubernetes',
  audience: '',
  classAudience: undefined,
  tlsDirs: undefined,
  deniesSkipVerify: false,
};

interface Manifest {
  readonly kind?: string;
  readonly items?: readonly Manifest[];
  readonly spec?: { readonly provider?: string; readonly parameters?: Readonly<Record<string, string>> };
}

function classesOf(text: string): readonly Manifest[] {
  const documents = parseAllDocuments(text, { merge: true }).map((one) => one.toJS() as Manifest | null);
  return documents
    .flatMap((one) => one?.items ?? (one === null ? [] : [one]))
    .filter(({ kind, spec }) => kind === 'SecretProviderClass' && /vault|openbao/.test(spec?.provider ?? ''));
}

describe('the JSON Schemas', () => {
  let count = 0;
  for (const name of readdirSync(folder)) {
    it(`take every class of ${name}`, () => {
      for (const one of classesOf(readFileSync(join(folder, name), 'utf8').replace(/^\ufeff/, ''))) {
        const { spec } = one;
        count += 1;
        assert.ok(isClass(one), JSON.stringify(isClass.errors));
        assert.ok(isParameters(spec?.parameters), JSON.stringify(isParameters.errors));
        const objects = parse(spec?.parameters?.['objects'] ?? '', { merge: true });
        assert.ok(isObjects(objects), JSON.stringify(isObjects.errors));
      }
    });
  }
  it('were tried on the classes of the corpus', () => assert.ok(count >= 20, `${count}`));

  const OBJECT = { objectName: 'a', secretPath: 'p' };
  const FIELDS: Readonly<Record<string, readonly unknown[]>> = {
    objectName: ['a', 'a/b', 7, true, '', null, [], {}],
    secretPath: ['secret/data/a?version=1', 7, '', null, [], {}],
    secretKey: ['k', 7, true, '', null, [], {}],
    keys: [
      ...[{ include: [] }, { include: null }, { include: [null] }, { include: 'a', exclude: null, rename: null }],
      ...[{ rename: { from: 'a', to: null } }, { rename: { from: 'a', to: 'b'.repeat(256) } }],
      ...['all', '', null, 'some', [], {}, { include: 'a' }, { include: [7] }, { exclude: [] }, { include: [''] }],
      ...[{ rename: { from: 'a', to: '' } }, { rename: [{ from: 'a' }] }, { other: [] }, { include: [['a']] }],
    ],
    tree: [
      ...['all', '', null, 'some', 3, [], {}, { depth: 10 }, { depth: 11 }, { depth: '1' }, { limit: 0 }, { other: 1 }],
      ...[{ mount: 'kv' }, { version: 1 }, { mount: 'kv', version: 2 }, { mount: 'kv', version: 3 }],
    ],
    find: [
      ...['all', '', null, {}, { name: 'a' }, { name: ['a'] }, { tags: {} }, { tags: { a: 'b' } }, { tags: { a: 1 } }],
      ...[{ tags: { a: null } }, { tags: { a: '' } }, { name: '' }, { name: '', tags: { a: 'b' } }],
      ...[{ tags: { a: [] } }, { depth: 1 }, { name: 'a', depth: 11 }, { name: 'a', mount: 'kv' }],
    ],
    method: ['GET', 'get', 'Put', 'sCaN', '', null, 'G3T', 'DELETE', 'GETLIST', 7, []],
    secretArgs: [{ a: 1 }, {}, null, 'a', [], 7],
    filePermission: [
      ...[0, 416, 777, null, -1, 1000, 1.5, '0640', '0o400', '0', '00400', '', '640', '0888', '01000', '0x1', true, []],
    ],
    encoding: ['utf-8', 'BASE64', 'Hex', '', null, 'base46', 'base64url', 'Base64-Raw', 'base64url-raw', 7, []],
    default: ['a', '', 7, true, [], {}],
    encode: ['base64', 'HEX', '', null, 'utf-8', 'base64url', 7, []],
    jsonPath: ['$.a', '', null, [], {}],
    jmesPath: ['a.b', 'a', null, []],
    gjson: ['a.b', 7, null, {}],
    fileOwner: [1000],
    optional: [true, false, null, 'true', 1, []],
    unknown: ['a'],
  };
  /** Where the schema says otherwise than the parser, and why. */
  const DIFFERENCES: Readonly<Record<string, string>> = {
    'filePermission 777': 'a reader of YAML 1.2 takes 0777 for it',
    'unknown "a"': 'an editor has no warnings',
  };

  it('judge fields that do not go together as the parser does', () => {
    for (const fields of [
      { keys: 'all', secretKey: 'a' },
      { default: 'a' },
      { keys: 'all', secretKey: 'a', default: 'a' },
      { keys: 'all', default: '' },
    ]) {
      const list = [{ ...OBJECT, ...fields }];
      assert.deepEqual([isObjects(list), parseObjects(JSON.stringify(list), 0o644).problems.length > 0], [false, true]);
    }
    for (const language of ['jsonPath', 'jmesPath', 'gjson']) {
      const list = [{ ...OBJECT, [language]: language === 'jsonPath' ? '$.a' : 'a', default: '' }];
      assert.deepEqual([isObjects(list), parseObjects(JSON.stringify(list), 0o644).problems], [true, []]);
    }
  });

  it('judge a format with what goes with it as the parser does', () => {
    const pem = ['certificate', 7];
    const password = { secretKey: 'p' };
    const judged = [
      ...['json', 'YAML', 'dotenv', 'properties', 'pem', 'PKCS12', 'jks', '', null, 7].map((format) => ({ format })),
      ...['json', 'Pem', 'pkcs12'].flatMap((format) =>
        [
          ...[{ pem }, { password }, { keyAlias: 'a' }, { pem, password }, { pem, keyAlias: 'a' }, { encoding: 'hex' }],
          ...[
            { pem, password, keyAlias: 'a' },
            { secretKey: 'k' },
            { pem, secretKey: 'k' },
            { pem, password, secretKey: 'k' },
          ],
        ].map((fields) => ({ format, ...fields })),
      ),
      ...[{ pem }, { password }, { keyAlias: 'a' }, { pem: null }, { password: null }, { keyAlias: '' }],
      ...[[], 'a', {}, [[]], [''], Array(17).fill('a')].map((value) => ({ format: 'pem', pem: value })),
      ...[
        'a',
        [],
        {},
        { secretPath: 'p' },
        { secretKey: '' },
        { secretKey: 7, secretPath: 'p' },
        { secretKey: 'k', a: 1 },
      ].map((value) => ({ format: 'pkcs12', pem, password: value })),
      ...[7, 'ü', 'a'.repeat(101), [], null].map((value) => ({ format: 'pkcs12', pem, password, keyAlias: value })),
    ];
    for (const fields of judged) {
      const list = [{ ...OBJECT, ...fields }];
      const { problems } = parseObjects(JSON.stringify(list), 0o644);
      assert.equal(isObjects(list), problems.length === 0, JSON.stringify([fields, problems]));
    }
  });

  it('judge a template with what goes with it as the parser does', () => {
    const template = '{{ 1 }}';
    const reads = { a: { secretPath: 'p' } };
    const sprig = { template, templateSyntax: 'sprig' };
    const judged = [
      ...[{ template }, { template: '' }, { template: null }, { template: [] }, { template: 7 }, {}],
      ...['agent', 'Sprig', '', null, 'go', 7].map((templateSyntax) => ({ template, templateSyntax })),
      ...[
        { template, secretPath: 'p' },
        { template, keys: 'all' },
        { template, reads },
      ],
      ...[
        { template, encode: 'hex' },
        { template, secretKey: 'k' },
        { template, optional: true, filePermission: 0 },
      ],
      ...[
        { secretPath: 'p', templateSyntax: 'agent' },
        { secretPath: 'p', reads },
        { secretPath: 'p', reads: null },
      ],
      ...[true, 'yes', null, 1].map((errorOnMissingKey) => ({ template, errorOnMissingKey })),
      ...[['[', ']'], ['['], ['', ']'], [null, ']'], 'a', [7, 8], ['a'.repeat(17), ']'], null].map(
        (templateDelimiters) => ({ template, templateDelimiters }),
      ),
      ...[undefined, null, {}, [], 'a', reads, { a: null }, { a: 'p' }, { a: {} }].map((one) => ({
        ...sprig,
        ...(one !== undefined && { reads: one }),
      })),
      ...[
        ...[{ secretKey: 'k' }, { encoding: 'hex' }, { encoding: '' }, { secretKey: 'k', encoding: 'hex' }],
        ...[{ secretKey: '', encoding: 'hex' }, { method: 'put' }, { method: 'DELETE' }, { secretArgs: { a: 1 } }],
        ...[{ objectName: 'a' }, { other: 1 }, { secretKey: null }],
      ].map((one) => ({ ...sprig, reads: { a: { secretPath: 'p', ...one } } })),
    ];
    for (const fields of judged) {
      const list = [{ objectName: 'a', ...fields }];
      const { problems } = parseObjects(JSON.stringify(list), 0o644);
      assert.equal(isObjects(list), problems.length === 0, JSON.stringify([fields, problems]));
    }
  });

  before(() => Promise.all([PATTERNS.load(), LANGUAGES.agent.load(), LANGUAGES.sprig.load()]));
  for (const [field, values] of Object.entries(FIELDS)) {
    for (const value of values) {
      const named = `${field} ${JSON.stringify(value)}`;
      it(`judge ${named} as the parser does${named in DIFFERENCES ? `, but for this: ${DIFFERENCES[named]}` : ''}`, () => {
        const list = [{ ...OBJECT, ...(field === 'default' && { secretKey: 'k' }), [field]: value }];
        const isTaken = parseObjects(JSON.stringify(list), 0o644).problems.length === 0;
        assert.equal(isObjects(list), named in DIFFERENCES ? !isTaken : isTaken);
      });
    }
  }

  const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
    vaultAddress: ['https://vault:8200', 'HTTP://vault', 'unix:///run/agent.sock', '', 'vault:8200', 'ftp://vault'],
    baoCACertPath: ['/tls/ca.pem', '', 'ca.pem'],
    openbaoSkipTLSVerify: ['true', 'F', '1', '', 'yes', '2'],
    sessionScope: ['serviceAccount', '', 'pod'],
    audience: ['vault', '', 'a'.repeat(1024), 'a'.repeat(1025)],
  };
  for (const [name, values] of Object.entries(PARAMETERS)) {
    for (const value of values) {
      it(`judge ${name} ${JSON.stringify(value.slice(0, 30))} (${value.length}) as the parser does`, () => {
        const parameters = { roleName: 'a', objects: JSON.stringify([OBJECT]), [name]: value };
        const { problems } = parseParameters(new Map(Object.entries(parameters)), DEFAULTS, new Map(), (text) =>
          parseObjects(text, 0o644),
        );
        assert.equal(isParameters(parameters), problems.count === 0);
      });
    }
  }

  it('want a role under one of its names, and objects', () => {
    for (const name of ['roleName', 'vaultRoleName', 'openbaoRoleName', 'baoRoleName'])
      assert.ok(isParameters({ [name]: 'a', objects: '- a' }), name);
    assert.equal(isParameters({ objects: '- a' }), false);
    assert.equal(isParameters({ roleName: 'a' }), false);
    assert.equal(isParameters({ roleName: 'a', objects: '- a', vaultadress: '' }), false);
  });

  const CLASS = {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name: 'a', labels: { team: 'shop' } },
    spec: { provider: 'vault', parameters: { roleName: 'a', objects: '- a' } },
  };
  const withSpec = (spec: object) => ({ ...CLASS, spec: { ...CLASS.spec, ...spec } });

  it('judge a whole class by the CRD and by its parameters', () => {
    assert.ok(isClass(CLASS), JSON.stringify(isClass.errors));
    assert.ok(
      isClass(
        withSpec({ secretObjects: [{ secretName: 's', type: 'Opaque', data: [{ objectName: 'a', key: 'k' }] }] }),
      ),
    );
    for (const [what, wrong] of Object.entries({
      'another kind': { ...CLASS, kind: 'SecretProviderclass' },
      'another version': { ...CLASS, apiVersion: 'secrets-store.csi.x-k8s.io/v2' },
      'no name': { ...CLASS, metadata: {} },
      'no provider': { ...CLASS, spec: { parameters: CLASS.spec.parameters } },
      'a field of spec in the wrong place': { ...CLASS, secretObjects: [] },
      'a misspelt field of spec': withSpec({ secretObject: [] }),
      'a misspelt field of a Secret': withSpec({ secretObjects: [{ secretname: 's' }] }),
      'a misspelt parameter': withSpec({ parameters: { ...CLASS.spec.parameters, vaultAdress: '' } }),
      'an address that is none': withSpec({ parameters: { ...CLASS.spec.parameters, vaultAddress: 'vault' } }),
      'a list in objects': withSpec({ parameters: { roleName: 'a', objects: [{ objectName: 'a' }] } }),
    }))
      assert.equal(isClass(wrong), false, what);
  });

  it("leave another provider's parameters alone", () =>
    assert.ok(isClass(withSpec({ provider: 'azure', parameters: { keyvaultName: 'a', objects: 'x' } }))));

  it('judge expressions beside each other and beside other fields as the parser does', () => {
    const makers = [
      { jsonPath: '$.a' },
      { jmesPath: 'a' },
      { gjson: 'a' },
      { secretKey: 'k' },
      { encoding: 'hex' },
      { gjson: '' },
    ];
    for (const [index, one] of makers.entries())
      for (const other of makers.slice(index)) {
        const list = [{ ...OBJECT, ...one, ...other }];
        const isTaken = parseObjects(JSON.stringify(list), 0o644).problems.length === 0;
        assert.equal(isObjects(list), isTaken, JSON.stringify(list));
      }
  });
});
