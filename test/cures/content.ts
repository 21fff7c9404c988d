// Keys and values: what is in the secret that was read.
import type { Way } from './bench.ts';

export const CONTENT_WAYS: readonly Way[] = [
  {
    name: 'secretKey: data on a secret of KV version 2',
    wrong: () => ({ objects: ['a secret/data/app data'] }),
    says: 'object "a": secret/data/app has no key "data"; it has "password" and "user" [key-missing]',
    cure: () => ({ objects: ['a secret/data/app password'] }),
  },
  {
    name: 'secretKey: data on a secret of KV version 1',
    wrong: () => ({ objects: ['a one/app data'] }),
    says: 'object "a": one/app has no key "data"; it has "password" [key-missing]',
    cure: () => ({ objects: ['a one/app password'] }),
  },
  {
    name: 'the map "data" of a KV version 1 secret asked for itself',
    wrong: async ({ bao }) => {
      await bao.request('POST', 'one/map', { data: { password: 's3cret-value' }, user: 'admin' });
      return { objects: ['a one/map data'], role: 'wide' };
    },
    says: 'object "a": one/map has no key "data"; it has "password" [key-missing]',
    cure: () => ({ objects: ['a one/map password'], role: 'wide' }),
  },
  {
    name: 'a key that a map named "data" hides',
    wrong: () => ({ objects: ['a one/map user'], role: 'wide' }),
    says: 'object "a": one/map has "user" beside a map named "data", which hides it as in KV version 2; rename the map, or leave secretKey out [key-missing]',
    cure: async ({ bao }) => {
      await bao.request('POST', 'one/map', { settings: { password: 'x' }, user: 'admin' });
      return undefined;
    },
    gives: /^admin$/,
  },
  {
    name: 'a key misspelt',
    wrong: () => ({ objects: ['a secret/data/app passwort'] }),
    says: 'object "a": secret/data/app has no key "passwort"; did you mean "password"? [key-missing]',
    cure: () => ({ objects: ['a secret/data/app password'] }),
  },
  {
    name: 'encoding of a value that is not encoded',
    wrong: () => ({ objects: '- {objectName: a, secretPath: secret/data/app, secretKey: password, encoding: base64}' }),
    says: 'object "a": the value of key "password" in secret/data/app is not base64 (standard alphabet, with padding); set encoding to what the value is written in, or leave it out to mount the text itself [value-undecodable]',
    cure: () => ({ objects: '- {objectName: a, secretPath: secret/data/app, secretKey: password}' }),
  },
];
