// What a hostile store, or one that is merely large, answers to a class: each with the class that asks for it.
import { createAuthority } from '../harness/certificates.ts';
import { answer, type Behaviour } from '../harness/faulty-store.ts';
import { fill, many } from '../plan/hostile-shapes.ts';

export interface Asked {
  readonly objects: string;
  readonly behaviour: Behaviour;
  /** A part of what the driver is told. */
  readonly outcome: string;
}

const one = '- {objectName: a, secretPath: s/a, secretKey: k}';
const base64 = '- {objectName: a, secretPath: s/a, secretKey: k, encoding: base64}';
const whole = '- {objectName: a, secretPath: s/a}';
const errors = (...texts: unknown[]) => answer(400, { errors: texts });
const objects = (count: number, rest: (index: number) => string) =>
  many(count, (i) => `- {objectName: f${i}, ${rest(i)}}\n`);
const map = (count: number, entry: (index: number) => string) =>
  `{${Array.from({ length: count }, (_, i) => entry(i)).join(',')}}`;
const args = (count: number, value: (index: number) => string) =>
  `- {objectName: a, secretPath: s/a, secretKey: k, method: POST, secretArgs: ${map(count, (i) => `a${i}: "${value(i)}"`)}}`;

const SMALL_BLOCKS = '-----BEGIN A-----\nYQ==\n-----END A-----\n'.repeat(40_000);
const MANY_CERTIFICATES = Array.from({ length: 64 }, (_, i) => createAuthority(`authority ${i}`).certPem);

const REFUSED = 'refused by the store (400';
const NOT_VAULT = 'with a body that is not from Vault or OpenBao';

/** Whose class is of everyday size, whatever the store says to it. */
export const ORDINARY: Readonly<Record<string, Asked>> = {
  'ten values': {
    objects: objects(10, (i) => `secretPath: s/${i}, secretKey: k`),
    behaviour: answer(200, { data: { k: 'v' } }),
    outcome: '10 files',
  },
  'ten refusals': {
    objects: objects(10, (i) => `secretPath: s/${i}, secretKey: k`),
    behaviour: answer(403, { errors: ['1 error occurred:\n\t* permission denied\n\n'] }),
    outcome: '10 of 10 objects failed',
  },
  'a run of digits': { objects: one, behaviour: errors('1'.repeat(60_000)), outcome: REFUSED },
  'a run of digits beyond any refusal': { objects: one, behaviour: errors('1'.repeat(3_900_000)), outcome: NOT_VAULT },
  'a run of spaces': { objects: one, behaviour: errors(`${' '.repeat(60_000)}request`), outcome: REFUSED },
  'half tokens': { objects: one, behaviour: errors(fill('s.eyJ.', 60_000)), outcome: REFUSED },
  'ten thousand texts': { objects: one, behaviour: errors(...Array(10_000).fill('ab')), outcome: REFUSED },
  'texts over and over': { objects: one, behaviour: errors(...Array(100).fill(fill('aab ', 600))), outcome: REFUSED },
  'what 60 arguments begin with': {
    objects: args(60, (i) => `${'a'.repeat(250)}${i}`),
    behaviour: errors('a'.repeat(60_000)),
    outcome: REFUSED,
  },
  'what short arguments are': {
    objects: args(60, (i) => i.toString(36)),
    behaviour: errors(fill('1 2 3 a b c ', 60_000)),
    outcome: REFUSED,
  },
  'nearly the lines of an argument': {
    objects: args(1, () => fill('abcdefgh\\n', 8_000)),
    behaviour: errors(fill('abcdefg', 60_000)),
    outcome: REFUSED,
  },
  'lists in lists without end': {
    objects: whole,
    behaviour: answer(200, `{"a":${'['.repeat(200_000)}`),
    outcome: NOT_VAULT,
  },
  'a page of HTML': { objects: one, behaviour: answer(200, fill('<html>', 500_000)), outcome: NOT_VAULT },
  'a Retry-After of many characters': {
    objects: one,
    behaviour: answer(503, { errors: ['down'] }, { 'retry-after': fill('Thu, 01 Jan ', 8_000) }),
    outcome: 'cannot answer now',
  },
  'a version of many digits': {
    objects: one,
    behaviour: answer(404, `{"data":{"metadata":{"version":${'9'.repeat(30_000)},"destroyed":true}}}`),
    outcome: 'this version was destroyed',
  },
  'a mode of many digits': {
    objects: `${whole.slice(0, -1)}, filePermission: 0${'8'.repeat(10_000)}x}`,
    behaviour: answer(200, { data: { k: 'v' } }),
    outcome: 'filePermission is not a whole number',
  },
};

/** Whose class or answer is as large as may be. */
export const LARGEST: Readonly<Record<string, Asked>> = {
  '4,800 arguments and 10,000 texts': {
    objects: args(4_800, (i) => `v${i.toString(36)}zz`),
    behaviour: errors(...Array(10_000).fill('a')),
    outcome: 'its message is left out',
  },
  'another refusal for each of 1,000 objects': {
    objects: objects(1_000, (i) => `secretPath: s/${i}, secretKey: k`),
    behaviour: (request, response) => errors(request.url, fill('x y ', 10_000))(request, response),
    outcome: '1000 of 1000 objects failed',
  },
  'a thousand keys that are missing in a large secret': {
    objects: objects(1_000, (i) => `secretPath: s/a, secretKey: kez-${i}`),
    behaviour: answer(200, `{"data":${map(5_000, (i) => `"key-${i}":"v"`)}}`),
    outcome: 'has no key "kez-0"; did you mean "key-0"',
  },
  'a thousand keys that nearly are there': {
    objects: objects(1_000, (i) => `secretPath: s/a, secretKey: ${'k'.repeat(60)}${i}`),
    behaviour: answer(200, `{"data":${map(300, (i) => `"${'k'.repeat(58)}xx${i}":1`)}}`),
    outcome: 'has no key',
  },
  'a thousand values': {
    objects: objects(1_000, (i) => `secretPath: s/${i}, secretKey: k`),
    behaviour: answer(200, { data: { k: 'v'.repeat(100) } }),
    outcome: '1000 files',
  },
  'a thousand keys of long names, and expressions that match them slowly': {
    objects: `- {objectName: a, secretPath: s/a, keys: {include: [${fill('"(a?){20}a{20}$",', 300).slice(0, -1)}]}}`,
    behaviour: answer(200, `{"data":${map(1_000, (i) => `"${'a'.repeat(230)}${i}":"v"`)}}`),
    outcome: 'are too many or too long for the expressions of this class',
  },
  'a thousand keys': {
    objects: '- {objectName: a, secretPath: s/a, keys: {rename: [{from: "^(.)(.*)$", to: "$2$1"}]}}',
    behaviour: answer(200, `{"data":${map(1_000, (i) => `"key-${i}":"v"`)}}`),
    outcome: '1000 files',
  },
  'a value of a megabyte': {
    objects: one,
    behaviour: answer(200, { data: { k: 'v'.repeat(1e6) } }),
    outcome: '1 files',
  },
  'a whole answer of what HTML escapes': {
    objects: whole,
    behaviour: answer(200, { data: { k: fill('<>&', 300_000) } }),
    outcome: '1 files',
  },
  'base64 of a megabyte': {
    objects: base64,
    behaviour: answer(200, { data: { k: fill('QUJD', 1_000_000) } }),
    outcome: '1 files',
  },
  'a thousand files of an answer that grows': {
    objects: objects(1_000, () => 'secretPath: s/a'),
    behaviour: answer(200, { data: { k: '<'.repeat(3_900_000) } }),
    outcome: 'the file alone comes to over 4 MiB',
  },
  'a thousand files of a list of numbers': {
    objects: objects(1_000, () => 'secretPath: s/a, secretKey: k'),
    behaviour: answer(200, `{"data":{"k":[${'1,'.repeat(1_900_000)}1]}}`),
    outcome: 'the files come to over 8 MiB',
  },
  'YAML of a list of numbers': {
    objects: `${whole.slice(0, -1)}, format: yaml}`,
    behaviour: answer(200, `{"data":{"k":[${'1,'.repeat(600_000)}1]}}`),
    outcome: '1 files',
  },
  'YAML of maps that are out of order': {
    objects: `${whole.slice(0, -1)}, format: yaml}`,
    behaviour: answer(200, `{"data":{"k":[${'{"b":1,"a":"\u2028"},'.repeat(80_000)}1]}}`),
    outcome: '1 files',
  },
  'a thousand files of YAML that grows': {
    objects: objects(1_000, () => 'secretPath: s/a, format: yaml'),
    behaviour: answer(200, { data: { k: '\u007f'.repeat(3_900_000) } }),
    outcome: 'the file alone comes to over 4 MiB',
  },
  'a thousand files of quotes for a shell': {
    objects: objects(1_000, () => 'secretPath: s/a, format: dotenv'),
    behaviour: answer(200, { data: { k: "'".repeat(3_900_000) } }),
    outcome: 'the file alone comes to over 4 MiB',
  },
  'properties beyond ASCII': {
    objects: `${whole.slice(0, -1)}, format: properties}`,
    behaviour: answer(200, { data: { k: 'ü'.repeat(650_000) } }),
    outcome: '1 files',
  },
  'hundreds of joins of small blocks': {
    objects: objects(500, (i) => `secretPath: s/a, format: pem, pem: [${[...i.toString(2)].map((bit) => `k${bit}`)}]`),
    behaviour: answer(200, { data: { k0: SMALL_BLOCKS, k1: SMALL_BLOCKS } }),
    outcome: 'the files come to over 8 MiB',
  },
  'marks of PEM without an end': {
    objects: `${whole.slice(0, -1)}, format: pem, pem: [k]}`,
    behaviour: answer(200, { data: { k: '-----BEGIN A'.repeat(300_000) } }),
    outcome: 'holds a block of PEM that is damaged',
  },
  'three truststores of 64 certificates': {
    objects: objects(3, (i) => `secretPath: s/a, format: pkcs12, pem: [k], password: {secretKey: p}, keyAlias: a${i}`),
    behaviour: answer(200, { data: { k: MANY_CERTIFICATES, p: 'changeit' } }),
    outcome: '3 files',
  },
  'an expression over all of a large answer': {
    objects: '- {objectName: a, secretPath: s/a, jsonPath: "$..[?$..[?$..*]]"}',
    behaviour: answer(200, `{"data":{"k":[${'1,'.repeat(1_900_000)}1]}}`),
    outcome: 'jsonPath takes too many steps',
  },
  'an expression over many keys': {
    objects: '- {objectName: a, secretPath: s/a, jmesPath: "to_string(@)"}',
    behaviour: answer(200, `{"data":${map(150_000, (i) => `"key-${i}":${i}`)}}`),
    outcome: 'jmesPath takes too many steps',
  },
  'a thousand expressions on a text of a megabyte': {
    objects: objects(1_000, (i) => `secretPath: s/a, secretKey: k, gjson: "#(a==${i})#"`),
    behaviour: answer(200, { data: { k: JSON.stringify(Array(20_000).fill({ a: 1, b: 'x'.repeat(30) })) } }),
    outcome: 'gjson takes too many steps',
  },
  'expressions of all characters that a class may have': {
    objects: objects(
      60,
      () => `secretPath: s/a, jsonPath: '$${`[?${'('.repeat(40)}@.a==1${')'.repeat(40)}]`.repeat(42)}'`,
    ),
    behaviour: answer(200, { data: { k: 'v' } }),
    outcome: 'jsonPath selects nothing',
  },
  'patterns over many texts': {
    objects: `- {objectName: a, secretPath: s/a, jsonPath: '$..[?search(@, "(a{1,40}){1,10}b")]'}`,
    behaviour: answer(200, { data: { k: Array(20_000).fill('a'.repeat(100)) } }),
    outcome: 'jsonPath takes too many steps',
  },
  'text that is made longer and longer': {
    objects: `- {objectName: a, secretPath: s/a, jmesPath: "k${" | join('', [@,@])".repeat(200)}"}`,
    behaviour: answer(200, { data: { k: 'v'.repeat(100) } }),
    outcome: 'jmesPath takes too many steps',
  },
  'line ends instead of base64': {
    objects: base64,
    behaviour: answer(200, { data: { k: `${'\n'.repeat(500_000)}x` } }),
    outcome: 'is not base64',
  },
};

/** Parameters beside `objects`, with a part of what the driver is told. */
export const PARAMETERS: Readonly<Record<string, readonly [Readonly<Record<string, string>>, string]>> = {
  '20,000 unknown parameters': [
    Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`vaultAdres${i}`, ''])),
    '1 files',
  ],
  'an address of slashes': [{ vaultAddress: `http://a${'/'.repeat(1_000)}x` }, ''],
  'an address of 400 KB': [{ vaultAddress: `http://a${'/'.repeat(400_000)}` }, 'longer than 1024 characters'],
  'a mount of slashes': [{ vaultAuthMountPath: `a${'/'.repeat(1_000)}x` }, 'not a mount path'],
  'a class of a long name': [{ secretProviderClass: '\u202e'.repeat(100_000) }, '1 files'],
};
