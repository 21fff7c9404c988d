// The class itself, and the driver's call: one problem each, and what the text says to write instead.
import type { Way, Wish } from './bench.ts';

const GOOD = 'objectName: a, secretPath: secret/data/app, secretKey: password';
const one = (fields: string) => `- {${fields}}`;

/** @param says without the head that all problems of one have */
function problem(name: string, wrong: Wish, says: string, fix: Wish, gives?: RegExp): Way {
  const text = `SecretProviderClass team/class: 1 problem\n- ${says} [class-invalid]`;
  return { name, wrong: () => wrong, says: text, fix: () => fix, ...(gives && { gives }) };
}

const inObjects = (name: string, wrong: string, says: string, fix = one(GOOD)) =>
  problem(name, { objects: wrong }, says, { objects: fix });
const inParameters = (name: string, wrong: Record<string, string>, says: string, fix: Record<string, string> = {}) =>
  problem(name, { parameters: wrong }, says, { parameters: fix });

export const CLASS_WAYS: readonly Way[] = [
  problem('no role', { role: '' }, "parameter roleName: missing; write the name of the login method's role", {}),
  inObjects(
    'a field misspelt',
    one('objectName: a, secretPth: secret/data/app, secretKey: password'),
    'objects line 1, object "a": secretPath is missing; rename "secretPth" to it',
  ),
  inObjects(
    'a file outside the volume',
    one('objectName: ../a, secretPath: secret/data/app, secretKey: password'),
    'objects line 1, object "../a": objectName holds a ".." element; write the path without it',
  ),
  inObjects(
    'two files with one name',
    `${one(GOOD)}\n${one(GOOD)}`,
    'objects line 2, object "a": an object above has this objectName; give each its own',
    `${one(GOOD)}\n${one(GOOD.replace('objectName: a', 'objectName: b'))}`,
  ),
  inObjects(
    'a mode that is none',
    one(`${GOOD}, filePermission: 0888`),
    'objects line 1, object "a": filePermission starts with 0 and is therefore octal; use digits 0-7, for example 0640',
    one(`${GOOD}, filePermission: 0640`),
  ),
  inObjects(
    'an encoding misspelt',
    one(`${GOOD}, encoding: utf-9`),
    'objects line 1, object "a": unknown encoding "utf-9"; did you mean "utf-8"?',
    one(`${GOOD}, encoding: utf-8`),
  ),
  inObjects(
    'a method that is none of these',
    one(`${GOOD}, method: DELETE`),
    'objects line 1, object "a": unknown method "DELETE"; write GET, LIST, SCAN, POST, PUT or PATCH',
    one(`${GOOD}, method: GET`),
  ),
  {
    name: 'a whole URL as path',
    wrong: () => ({
      objects: one('objectName: a, secretPath: "https://vault:8200/v1/secret/data/app", secretKey: password'),
    }),
    says: 'SecretProviderClass team/class: 1 problem\n- objects line 1, object "a": secretPath is a whole URL; write what follows /v1/ in it, and its start in the parameter vaultAddress [class-invalid]',
    fix: ({ bao }) => ({ objects: one(GOOD), parameters: { vaultAddress: bao.address } }),
  },
  inObjects(
    'a tab',
    '- objectName: a\n\tsecretPath: secret/data/app\n\tsecretKey: password',
    'objects line 2: a tab in the indentation of "secretPath:"; use spaces',
    '- objectName: a\n  secretPath: secret/data/app\n  secretKey: password',
  ),
  inObjects(
    'the form of 2020',
    'array:\n  - |\n    objectName: a',
    'parameter objects: a map with "array", the form of the first versions of vault-csi-provider; write a list, each object starting with "- objectName: ...", without "array:" above and "|" before it, and with secretPath and secretKey below it',
    '- objectName: a\n  secretPath: secret/data/app\n  secretKey: password',
  ),
  inObjects(
    'no objects',
    '',
    'parameter objects: missing or empty; write a list, each object starting with "- objectName: ..."',
  ),
  inParameters(
    'a boolean that is none',
    { vaultSkipTLSVerify: 'yes' },
    'parameter vaultSkipTLSVerify: "yes" is not a boolean; write "true" or "false"',
    { vaultSkipTLSVerify: 'true' },
  ),
  {
    name: 'an address without a scheme',
    wrong: ({ bao }) => ({ parameters: { vaultAddress: new URL(bao.address).host } }),
    says: 'SecretProviderClass team/class: 1 problem\n- parameter vaultAddress: not an address; write https://host:port, http://host:port or unix:///path [class-invalid]',
    fix: ({ bao }) => ({ parameters: { vaultAddress: bao.address } }),
  },
  inParameters(
    'a scope that is none',
    { sessionScope: 'account' },
    'parameter sessionScope: unknown scope "account"; write "serviceAccount" or leave it out',
    { sessionScope: 'serviceAccount' },
  ),
  inParameters(
    'both names of the login mount',
    { vaultKubernetesMountPath: 'jwt' },
    'parameter vaultKubernetesMountPath: set together with vaultAuthMountPath, of which it is the older name; remove one',
  ),
  inParameters(
    'a login mount with a query',
    { vaultAuthMountPath: 'jwt?' },
    'parameter vaultAuthMountPath: not a mount path; write it as in "auth/<path>/login", for example kubernetes or team/jwt',
    { vaultAuthMountPath: 'jwt' },
  ),
  {
    name: 'a driver that does not say which pod it is',
    wrong: () => ({ call: { attributes: { 'csi.storage.k8s.io/pod.uid': '' } } }),
    says: 'request of the driver: attributes have no csi.storage.k8s.io/pod.uid; set podInfoOnMount: true on the CSIDriver object [request-invalid]',
    fix: () => ({}),
  },
  {
    name: 'a write without what it needs',
    wrong: () => ({
      objects: one('objectName: a, secretPath: ca/issue/web, method: PUT, secretKey: certificate'),
      role: 'wide',
    }),
    says: 'object "a": PUT ca/issue/web: refused by the store (400: the common_name field is required, or must be provided in a CSR with "use_csr_common_name" set to true, unless "require_cn" is set to false); correct the object\'s method, secretPath or secretArgs [request-refused]',
    fix: () => ({
      objects: one(
        'objectName: a, secretPath: ca/issue/web, method: PUT, secretKey: certificate, secretArgs: {common_name: a.example.com}',
      ),
      role: 'wide',
    }),
    gives: /^-----BEGIN CERTIFICATE/,
  },
  {
    name: 'a write that answers nothing',
    wrong: () => ({
      objects: one('objectName: a, secretPath: one/fixes, method: PUT, secretArgs: {a: b}'),
      role: 'wide',
    }),
    says: 'object "a": PUT one/fixes: the store carried it out and answered without data, so there is nothing to mount; use a path that answers with data [request-refused]',
    fix: () => ({ objects: one('objectName: a, secretPath: one/fixes, secretKey: a'), role: 'wide' }),
    gives: /^b$/,
  },
  {
    name: 'a list of secrets themselves',
    wrong: async ({ bao }) => {
      await bao.request('POST', 'secret/data/listed/one', { data: { n: 1 } });
      return {
        objects: one('objectName: a, secretPath: secret/data/listed, method: LIST, secretKey: keys'),
        role: 'wide',
      };
    },
    says: 'object "a": LIST secret/data/listed: refused by the store (405: unsupported operation); secret/ is KV version 2: write secret/metadata/listed [request-refused]',
    saysVault:
      'object "a": LIST secret/data/listed: there is nothing at this path (404); secret/ is KV version 2: write secret/metadata/listed [path-missing]',
    fix: () => ({
      objects: one('objectName: a, secretPath: secret/metadata/listed, method: LIST, secretKey: keys'),
      role: 'wide',
    }),
    gives: /^\["one"\]$/,
  },
];
