// Keys and values: what is in the secret that was read.
import type { Way } from './bench.ts';

/** What answers with bytes, and where the same is as JSON. */
const CERTIFICATE = /^-----BEGIN CERTIFICATE-----\n/;
const LIST = /^-----BEGIN X509 CRL-----\n/;
const RAW: readonly (readonly [path: string, beside: string, key: string, gives: RegExp])[] = [
  ['ca/ca', 'ca/cert/ca', 'certificate', CERTIFICATE],
  ['ca/ca/pem', 'ca/cert/ca', 'certificate', CERTIFICATE],
  ['ca/ca_chain', 'ca/cert/ca_chain', 'ca_chain', CERTIFICATE],
  ['ca/crl', 'ca/cert/crl', 'certificate', LIST],
  ['ca/crl/pem', 'ca/cert/crl', 'certificate', LIST],
  ['ca/cert/ca/raw', 'ca/cert/ca', 'certificate', CERTIFICATE],
  ['ca/cert/ca/raw/pem', 'ca/cert/ca', 'certificate', CERTIFICATE],
  ['ca/issuer/default/pem', 'ca/issuer/default/json', 'certificate', CERTIFICATE],
  ['ca/issuer/default/der', 'ca/issuer/default/json', 'certificate', CERTIFICATE],
  ['ca/issuer/default/crl/pem', 'ca/issuer/default/crl', 'crl', LIST],
  ['ca-ssh/public_key', 'ca-ssh/config/ca', 'public_key', /^ssh-rsa /],
];

const one = (fields: string) => `- {objectName: a, secretPath: secret/data/app, ${fields}}`;

export const CONTENT_WAYS: readonly Way[] = [
  {
    name: 'secretKey: data on a secret of KV version 2',
    wrong: () => ({ objects: ['a secret/data/app data'] }),
    says: 'object "a": secret/data/app has no key "data"; it has "password" and "user" [key-missing]',
    fix: () => ({ objects: ['a secret/data/app password'] }),
  },
  {
    name: 'secretKey: data on a secret of KV version 1',
    wrong: () => ({ objects: ['a one/app data'] }),
    says: 'object "a": one/app has no key "data"; it has "password" [key-missing]',
    fix: () => ({ objects: ['a one/app password'] }),
  },
  {
    name: 'the map "data" of a KV version 1 secret asked for itself',
    wrong: async ({ bao }) => {
      await bao.request('POST', 'one/map', { data: { password: 's3cret-value' }, user: 'admin' });
      return { objects: ['a one/map data'], role: 'wide' };
    },
    says: 'object "a": one/map has no key "data"; it has "password" [key-missing]',
    fix: () => ({ objects: ['a one/map password'], role: 'wide' }),
  },
  {
    name: 'a key that a map named "data" hides',
    wrong: () => ({ objects: ['a one/map user'], role: 'wide' }),
    says: 'object "a": one/map has "user" beside a map named "data", which hides it as in KV version 2; rename the map, or leave secretKey out [key-missing]',
    fix: async ({ bao }) => {
      await bao.request('POST', 'one/map', { settings: { password: 'x' }, user: 'admin' });
      return undefined;
    },
    gives: /^admin$/,
  },
  {
    name: 'a key misspelt',
    wrong: () => ({ objects: ['a secret/data/app passwort'] }),
    says: 'object "a": secret/data/app has no key "passwort"; did you mean "password"? [key-missing]',
    fix: () => ({ objects: ['a secret/data/app password'] }),
  },
  {
    name: 'a key misspelt, with a default in its place',
    wrong: () => ({ objects: one('secretKey: passwort') }),
    says: 'object "a": secret/data/app has no key "passwort"; did you mean "password"? [key-missing]',
    fix: () => ({ objects: one('secretKey: passwort, default: s3cret-value') }),
  },
  {
    name: 'keys of which none is chosen',
    wrong: () => ({ objects: one('keys: {include: ["^passwort$"]}') }),
    says: 'object "a": secret/data/app has no key that include and exclude leave, of 2; change them, or take the object out of the class [nothing-to-mount]',
    fix: () => ({ objects: one('keys: {include: ["^password$"]}') }),
  },
  {
    name: 'keys that come to one file',
    wrong: () => ({ objects: one('keys: {rename: [{from: ".+", to: b}]}') }),
    says: 'object "a": secret/data/app: both "password" and "user" are the file "b"; leave one out or rename it [file-name]',
    fix: () => ({ objects: one('keys: {exclude: [user], rename: [{from: ".+", to: b}]}') }),
  },
  {
    name: 'keys of a secret that is emptied',
    wrong: async ({ bao }) => {
      await bao.request('POST', 'secret/data/empty', { data: {} });
      return { objects: '- {objectName: a, secretPath: secret/data/empty, keys: all}', role: 'wide' };
    },
    says: 'object "a": secret/data/empty has no keys, and a volume cannot be emptied; write a key, or take the object out of the class [nothing-to-mount]',
    fix: async ({ bao }) => {
      await bao.request('POST', 'secret/data/empty', { data: { password: 's3cret-value' } });
      return undefined;
    },
  },
  {
    name: 'encoding of a value that is not encoded',
    wrong: () => ({ objects: '- {objectName: a, secretPath: secret/data/app, secretKey: password, encoding: base64}' }),
    says: 'object "a": the value of key "password" in secret/data/app is not base64 (standard alphabet, with padding); set encoding to what the value is written in, or leave it out to mount the text itself [value-undecodable]',
    fix: () => ({ objects: '- {objectName: a, secretPath: secret/data/app, secretKey: password}' }),
  },
  {
    name: 'a name that no shell takes, as dotenv',
    wrong: async ({ bao }) => {
      await bao.request('POST', 'one/mail', { 'smtp-password': 's3cret-value' });
      return { objects: '- {objectName: a, secretPath: one/mail, format: dotenv}', role: 'wide' };
    },
    says: 'object "a": one/mail as dotenv: key "smtp-password" is no name in a shell (letters, digits and _, no digit first); rename it in the store, or choose another format [format-refused]',
    fix: async ({ bao }) => {
      await bao.request('POST', 'one/mail', { SMTP_PASSWORD: 's3cret-value' });
      return undefined;
    },
    gives: /^SMTP_PASSWORD='s3cret-value'\n$/,
  },
  {
    name: 'a key that a template names, and the secret has not',
    wrong: () => ({
      objects:
        '- {objectName: a, errorOnMissingKey: true, template: \'{{ with secret "secret/data/app" }}{{ .Data.data.pasword }}{{ end }}\'}',
    }),
    says: 'object "a": template: a:1:43: executing "a" at <.Data.data.pasword>: map has no entry for key "pasword" [template-failed]',
    fix: () => ({
      objects:
        '- {objectName: a, errorOnMissingKey: true, template: \'{{ with secret "secret/data/app" }}{{ .Data.data.password }}{{ end }}\'}',
    }),
  },
  {
    name: 'a key of an answer that is not JSON, left out',
    wrong: () => ({ objects: ['a ca/ca/pem certificate'], role: 'wide' }),
    says: 'object "a": ca/ca/pem answered without JSON, so it has no key "certificate"; leave secretKey out to mount the answer as it is, or read ca/cert/ca with secretKey "certificate" [key-missing]',
    fix: () => ({ objects: ['a ca/ca/pem'], role: 'wide' }),
    gives: /^-----BEGIN CERTIFICATE-----\n/,
  },
  ...RAW.map(([path, beside, key, gives]) => ({
    name: `a key of ${path}, read as JSON`,
    wrong: () => ({ objects: [`a ${path} x`], role: 'wide' }),
    says: `object "a": ${path} answered without JSON, so it has no key "x"; leave secretKey out to mount the answer as it is, or read ${beside} with secretKey "${key}" [key-missing]`,
    fix: () => ({ objects: [`a ${beside} ${key}`], role: 'wide' }),
    gives,
  })),
];
