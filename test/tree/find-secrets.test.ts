// The walk through folders, with a store that answers at once: rounds, order, and what a hostile list can do.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import type { Answer } from '../../src/fetch/ports.ts';
import type { PlanObject, Read } from '../../src/plan/plan.ts';
import { findSecrets } from '../../src/tree/find-secrets.ts';
import { FOLDERS } from '../../src/vault/folders.ts';
import type { ReadResults } from '../../src/volume/read-results.ts';
import { assertCheapAsync, cpuMs } from '../harness/cpu-time.ts';
import { objectsOf } from '../plan/request.ts';
import { kv1, makeAnswer } from '../render/answers.ts';

const NOTHING: ReadResults = {
  answers: new Map(),
  errors: new Map(),
  absent: new Set(),
  staleFallbacks: new Map(),
  newestAt: Number.NEGATIVE_INFINITY,
};
const list = (...keys: readonly unknown[]) => makeAnswer(JSON.stringify({ data: { keys } }));
const tree = (fields = '') =>
  objectsOf(`- {objectName: app, secretPath: kv/app, tree: {mount: kv, version: 1${fields}}}`);

/** @param answers by path; any other is not there */
async function find(objects: readonly PlanObject[], answers: Readonly<Record<string, Answer | MountError>>) {
  const rounds: string[][] = [];
  const answer = async (reads: readonly Read[]): Promise<ReadResults> => {
    rounds.push(reads.map(({ method, path }) => `${method} ${path}`));
    const gone = new MountError('path-missing', 'not there');
    const results = reads.map((read) => [read.key, answers[read.path] ?? gone] as const);
    const errors = new Map(results.flatMap(([key, one]) => (one instanceof MountError ? [[key, one]] : [])));
    return {
      ...NOTHING,
      answers: new Map(results.flatMap(([key, one]) => (one instanceof MountError ? [] : [[key, one]]))),
      errors,
      absent: new Set([...errors].flatMap(([key, { kind }]) => (kind === 'absent' ? [key] : []))),
    };
  };
  const found = await findSecrets(objects, NOTHING, { folders: FOLDERS, answer, take: async () => {} });
  const [object] = found.objects;
  const secrets = object?.source.kind === 'tree' ? object.source.secrets.map(({ path }) => path) : [];
  const failures = found.failures.map(({ error }) => `${error.message} [${error.reason}]`);
  return { rounds, secrets, failures, reads: object?.reads.map(({ path }) => path), errors: found.results.errors.size };
}

describe('the secrets of a folder', () => {
  const SECRET = kv1('{"key":"k"}');

  it('are read in one round, behind one for each level of folders', async () => {
    const answers = { 'kv/app': list('b', 'x/', 'a', 'y/'), 'kv/app/x/': list('c'), 'kv/app/y/': list('z/', 'd') };
    const secrets = { 'kv/app/a': SECRET, 'kv/app/b': SECRET, 'kv/app/x/c': SECRET, 'kv/app/y/d': SECRET };
    const { rounds, ...found } = await find(tree(', depth: 2'), { ...answers, ...secrets });
    assert.deepEqual(rounds, [
      ['LIST kv/app'],
      ['LIST kv/app/x/', 'LIST kv/app/y/'],
      ['GET kv/app/a', 'GET kv/app/b', 'GET kv/app/x/c', 'GET kv/app/y/d'],
    ]);
    assert.deepEqual(found.secrets, ['a', 'b', 'x/c', 'y/d']);
    assert.equal(found.reads?.length, 7);
  });

  it('may go while they are looked for, folders too', async () => {
    const found = await find(tree(), { 'kv/app': list('gone', 'x/', 'a'), 'kv/app/a': SECRET });
    assert.deepEqual([found.secrets, found.reads, found.failures], [['a'], ['kv/app', 'kv/app/a'], []]);
  });

  it('fail with the list of the folder, and with that of a folder in it that is not missing', async () => {
    const forbidden = new MountError('read-forbidden', 'forbidden');
    assert.deepEqual((await find(tree(), {})).reads, ['kv/app']);
    const found = await find(tree(), { 'kv/app': list('x/', 'a'), 'kv/app/x/': forbidden, 'kv/app/a': SECRET });
    assert.deepEqual(found.reads, ['kv/app', 'kv/app/x/', 'kv/app/a']);
  });

  it('are kept for as long as any other object that reads one of them says', async () => {
    const answers = { 'kv/app': list('a'), 'kv/app/a': SECRET };
    const folder = (name: string, rest = '') =>
      `- {objectName: ${name}, secretPath: kv/app, tree: {mount: kv, version: 1}${rest}}\n`;
    const of = async (text: string) => (await find(objectsOf(text), answers)).failures;
    const value = (rest: string) => `- {objectName: v, secretPath: kv/app/a, secretKey: key${rest}}\n`;
    const [says] = await of(folder('t') + value(', refreshAfter: 12h'));
    assert.equal(
      says,
      'another object reads GET kv/app/a with another share, refreshAfter or revoke; write the same, as both take parts of one answer [class-invalid]',
    );
    assert.equal((await of(folder('t') + folder('u', ', refreshAfter: 12h'))).length, 1);
    for (const text of [
      folder('t') + folder('u') + value(''),
      folder('t', ', refreshAfter: 12h') + value(', refreshAfter: 12h'),
    ])
      assert.deepEqual(await of(text), []);
  });

  it('have names that lead nowhere else', async () => {
    for (const name of [
      '..',
      '../',
      '../../sys/seal',
      'a/../../b',
      '.',
      'a//b',
      '%2e%2e',
      '\u0000',
      'x'.repeat(5_000),
    ]) {
      const { rounds, failures } = await find(tree(), { 'kv/app': list(name) });
      assert.deepEqual(rounds, [['LIST kv/app']], name);
      assert.match(failures.join(), /cannot be asked for by its name; rename it in the store \[file-name\]$/);
    }
    const { rounds } = await find(tree(), { 'kv/app': list(7, null, '', '/', {}, 'a?b', 'a#b', 'v1') });
    assert.deepEqual(rounds.at(-1), ['GET kv/app/a#b', 'GET kv/app/a?b', 'GET kv/app/v1']);
  });

  it('say to raise limit only where that helps', async () => {
    const names = (count: number) => list(...Array.from({ length: count }, (_, index) => `n${index}`));
    const of = async (fields: string, count: number) => {
      const objects = objectsOf(`- {objectName: app, secretPath: kv/app, ${fields}}`);
      return (await find(objects, { 'kv/app': names(count), 'kv/metadata/app': names(count) })).failures.join();
    };
    const REST = 'name a folder in it, or lower depth [files-too-large]';
    const engine = 'mount: kv, version: 2';
    assert.equal(
      await of(`tree: {${engine}}`, 101),
      `kv/app has more than 100 secrets or folders; raise limit, ${REST}`,
    );
    for (const [fields, most] of [
      [`tree: {limit: 1000, ${engine}}`, 1_000],
      [`find: {tags: {a: b}, ${engine}}`, 1_000],
    ] as const)
      assert.equal(await of(fields, 1_001), `kv/app has more than ${most} secrets or folders; ${REST}`);
    assert.equal(
      await of(`find: {tags: {a: b}, ${engine}}`, 10_001),
      `kv/app has more than 10000 secrets or folders; ${REST}`,
    );
  });

  it('are bounded, whatever is listed', async () => {
    const names = Array.from({ length: 200_000 }, (_, index) => `n${index}`);
    for (const keys of [names, names.map((name) => `${name}/`)]) {
      const answers = { 'kv/app': makeAnswer(JSON.stringify({ data: { keys } })) };
      const measure = async () => {
        const before = cpuMs();
        const { rounds, failures } = await find(tree(), answers);
        assert.equal(rounds.length, 1);
        assert.match(failures.join(), /^kv\/app has more than 100 secrets or folders/);
        return cpuMs() - before;
      };
      await assertCheapAsync(60, measure, `${names.length} names`);
    }
    const { failures } = await find(tree(), { 'kv/app': makeAnswer('{"data":{"keys":"none"}}') });
    assert.deepEqual(failures, []);
  });
});
