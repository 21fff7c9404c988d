// Two names that print alike are told apart wherever one is offered for the other.
import assert from 'node:assert/strict';
import { checkManifests } from '../src/check/check.ts';
import { parseArgs } from '../src/cli/args.ts';
import { findClass } from '../src/cli/mount/manifest.ts';
import { readOverrides } from '../src/cli/mount/overrides.ts';
import { describeDifference } from '../src/invisible.ts';
import { nearest } from '../src/nearest.ts';
import { MountKeyHints } from '../src/render/key-hint.ts';
import { classOf } from './check/run-check.ts';

const COMPOSED = 'ünïcödé-käse';
const DECOMPOSED = COMPOSED.normalize('NFD');

function thrownBy(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return assert.fail('nothing was thrown');
}

function messageOf(text: string, rule: string): string {
  return checkManifests([{ name: 'a.yaml', text }]).findings.find((one) => one.rule === rule)?.message ?? '';
}

describe('names that print alike', () => {
  it('are near, however many of their letters are composed', () => {
    assert.equal(nearest(DECOMPOSED, ['other', COMPOSED]), COMPOSED);
    assert.equal(nearest(COMPOSED, ['other', DECOMPOSED]), DECOMPOSED);
    assert.equal(nearest('é', ['e\u0301']), 'e\u0301');
  });

  for (const [word, near, told] of [
    ['rol', 'role', ''],
    ['rоle', 'role', ' (its character 2 is U+043E)'],
    ['vault\u200b', 'vault', ' (its character 6 is U+200B)'],
    ['rolе', 'rоlе', ' (its character 2 is U+006F, not U+043E)'],
    ['é', 'e\u0301', ' (its character 1 is U+00E9, not U+0065 U+0301)'],
    ['e\u0301a', 'éa', ' (its character 1 is U+0065 U+0301, not U+00E9)'],
    ['☀', '☀\ufe0f', ' (its character 1 is U+2600, not U+2600 U+FE0F)'],
  ] as const) {
    it(`${JSON.stringify(word)} beside ${JSON.stringify(near)}:${told || ' nothing to tell'}`, () =>
      assert.equal(describeDifference(word, near), told));
  }

  const [cyrillic, plain] = ['pаssword', 'password'];
  const told = /character \d+ is U\+[0-9A-F]{4}/;

  it('as keys of a secret', () => {
    const hint = (wanted: string, has: string) =>
      new MountKeyHints().describe(wanted, {}, () => ({ names: [has, 'another'], count: 2 }));
    for (const [wanted, has] of [
      [cyrillic, plain],
      [plain, cyrillic],
      [COMPOSED, DECOMPOSED],
      [DECOMPOSED, COMPOSED],
    ] as const) {
      assert.match(hint(wanted, has), told);
      assert.match(hint(wanted, has), /did you mean/);
    }
    assert.equal(hint('pasword', plain), '"pasword"; did you mean "password"?');
  });

  it('as names of a class and its fields', () => {
    const sync = (object: string) =>
      classOf('a', ['secret/data/a'])
        .replace('objectName: o0', `objectName: ${COMPOSED}`)
        .concat(`  secretObjects: [{secretName: s, type: Opaque, data: [{objectName: ${object}, key: k}]}]\n`);
    assert.equal(messageOf(sync(COMPOSED), 'sync-object'), '');
    assert.match(messageOf(sync(DECOMPOSED), 'sync-object'), told);
    const good = classOf('a', ['secret/data/a']);
    assert.match(messageOf(good.replace('roleName', 'rolеName'), 'parameter'), told);
    assert.match(messageOf(good.replace('secretPath', 'secretPаth'), 'object'), told);
    const pod = `kind: Pod\nspec: {volumes: [{csi: {driver: secrets-store.csi.k8s.io, readOnly: true,
      volumeAttributes: {secretProvidеrClass: a}}}]}\n`;
    assert.match(messageOf(pod, 'volume-form'), told);
  });

  it('on the command line', () => {
    for (const act of [
      () => parseArgs(['chеck']),
      () => parseArgs(['check', '--strісt', 'a']),
      () => readOverrides(['vaultAddrеss=https://a']),
      () => findClass(classOf('app', ['a']), 'аpp'),
    ])
      assert.match(thrownBy(act), told);
  });
});
