// What check says of whole manifests: nothing at all of good ones.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { checkManifests } from '../../src/check/check.ts';

const GOOD = new URL('./corpus/good/', import.meta.url);

describe('check', () => {
  for (const name of readdirSync(GOOD).sort()) {
    it(`finds no problem in ${name}`, () => {
      const text = readFileSync(new URL(name, GOOD), 'utf8');
      assert.deepEqual(checkManifests([{ name, text }]).findings, []);
    });
  }

  it('tells of a class whose apiVersion or kind is misspelt, where it stands', () => {
    const text = [
      'apiVersion: secret-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n',
      'apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: secretProviderClass\n',
    ].join('---\n');
    const findings = checkManifests([{ name: 'a.yaml', text }]).findings;
    assert.deepEqual(
      findings.map(({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`),
      [
        '1:13 class-form not the apiVersion of a class; write secrets-store.csi.x-k8s.io/v1',
        '5:7 class-form unknown kind "secretProviderClass"; did you mean "SecretProviderClass"?',
      ],
    );
  });
});
