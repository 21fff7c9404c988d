// Names of other providers, and the fix for each followed: afterwards nothing is said of them.
import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { ONE_OBJECT, type Parameters, plan, problemsOf } from './request.ts';

const warningsOf = (parameters: Parameters) => plan(parameters).warnings;
const object = (fields: string) => ({ objects: `- {objectName: a, secretPath: p, ${fields}}` });

describe('a parameter of another provider', () => {
  for (const [name, value, fixed] of [
    ['vaultAddr', 'https://v', 'vaultAddress'],
    ['vaultURL', 'https://v', 'vaultAddress'],
    ['mountPath', 'k8s', 'vaultAuthMountPath'],
    ['vaultCACert', '/ca.pem', 'vaultCACertPath'],
    ['tlsSkipVerify', 'true', 'vaultSkipTLSVerify'],
  ] as const)
    it(`${name} is renamed to ${fixed}`, () => {
      assert.deepEqual(warningsOf({ [name]: value }), [`unknown parameter "${name}"; rename it to "${fixed}"`]);
      assert.deepEqual(warningsOf({ [fixed]: value }), []);
    });

  for (const name of ['vaultRole', 'role', 'Role', 'kubernetesRole'])
    it(`${name} is named where roleName is missing`, () => {
      assert.deepEqual(problemsOf({ roleName: undefined, [name]: 'app' }), [
        `- parameter roleName: missing; rename "${name}" to it`,
      ]);
    });

  it('is to be removed if the one of here is there, however that is spelt', () => {
    assert.deepEqual(warningsOf({ vaultRole: 'app' }), [
      'unknown parameter "vaultRole"; remove it, "roleName" is there',
    ]);
    assert.deepEqual(warningsOf({ mountPath: 'a', openbaoKubernetesMountPath: 'a' }), [
      'unknown parameter "mountPath"; remove it, "openbaoKubernetesMountPath" is there',
    ]);
  });

  it('without an equal here says what to do', () => {
    assert.deepEqual(warningsOf({ vaultCAPem: 'PEM', secretObjects: '[]' }), [
      'unknown parameter "vaultCAPem"; write the PEM to a file on the node and name that in vaultCACertPath',
      'unknown parameter "secretObjects"; move it out of parameters, to spec.secretObjects',
    ]);
  });
});

describe('a field of another provider', () => {
  for (const [name, value, fixed] of [
    ['key', 'k', 'secretKey'],
    ['property', 'k', 'gjson'],
    ['jmespath', 'k', 'jmesPath'],
    ['JSONPath', '$.k', 'jsonPath'],
    ['permission', '0400', 'filePermission'],
    ['mode', '0400', 'filePermission'],
    ['content', 'base64', 'encoding'],
    ['objectEncoding', 'hex', 'encoding'],
    ['args', '{a: b}', 'secretArgs'],
    ['verb', 'LIST', 'method'],
  ] as const)
    it(`${name} is renamed to ${fixed}`, () => {
      assert.deepEqual(warningsOf(object(`${name}: ${value}`)), [
        `object "a": unknown field "${name}"; rename it to "${fixed}"`,
      ]);
      assert.deepEqual(warningsOf(object(`${fixed}: ${value}`)), []);
    });

  it('is to be removed if the one of here is there', () => {
    assert.deepEqual(warningsOf(object('key: a, secretKey: b')), [
      'object "a": unknown field "key"; remove it, "secretKey" is there',
    ]);
  });

  for (const name of ['version', 'objectVersion'])
    it(`${name} belongs into secretPath`, () => {
      assert.deepEqual(warningsOf(object(`${name}: 3`)), [
        `object "a": unknown field "${name}"; remove it; for one version of a KV version 2 secret end secretPath with "?version=" and its number`,
      ]);
      assert.equal(plan({ objects: '- {objectName: a, secretPath: "p?version=3"}' }).reads[0]?.query, 'version=3');
    });

  it('is named where a required one is missing', () => {
    assert.deepEqual(problemsOf({ objects: '- {name: a, path: p}' }), [
      '- objects line 1, object 1: objectName is missing; rename "name" to it',
      '- objects line 1, object 1: secretPath is missing; rename "path" to it',
    ]);
  });
});

describe('a login mount', () => {
  for (const [written, mount] of [
    ['auth/kubernetes', 'kubernetes'],
    ['/auth/team/jwt/', 'team/jwt'],
    ['/v1/auth/kubernetes', 'kubernetes'],
    ['v1/auth/team/jwt/login', 'team/jwt'],
    ['authentication/x', 'authentication/x'],
    ['team/login', 'team/login'],
    ['auth', 'auth'],
  ] as const)
    it(`${written} is ${mount}`, () => {
      assert.equal(plan({ vaultAuthMountPath: written, objects: ONE_OBJECT }).login.mount, mount);
    });
});
