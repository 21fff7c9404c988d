// Which objects share one request, and which credentials are thereby torn in two.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { checkManifests } from '../../src/check/check.ts';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { makeRead } from '../../src/plan/read.ts';
import { readOf } from '../harness/plans.ts';
import { plan, problemsOf } from './request.ts';

const OF_GET = '1ce99b244909bd6c454df4064812a7dab92d495ee699b6819cdf296941c3fa36';
const OF_POST = 'ca938b9b2134e44b2b460126eecd24899cfa145898b17099f3f148109f98a027';
const issue = (name: string, key: string, rest = '') =>
  `- {objectName: ${name}, secretPath: pki/issue/r, secretKey: ${key}, method: POST${rest}}\n`;
const withTtl = (ttl: string) => `, secretArgs: {ttl: ${ttl}}`;
const readsOf = (objects: string) => plan({ objects }).reads.map(({ body }) => body?.reveal());

describe('shared reads', () => {
  it('gives an object without arguments the request of the first with its path and method', () => {
    assert.deepEqual(readsOf(issue('crt', 'certificate', withTtl('1h')) + issue('key', 'private_key')), [
      '{"ttl":"1h"}',
    ]);
  });

  it('knows a request by the same key in every version, as records outlive them', () => {
    const key = (body?: string) => makeRead('POST', 'pki/issue/app', '', body).key;
    assert.equal(makeRead('GET', 'secret/data/app', '', undefined).key, OF_GET);
    assert.equal(key('{"common_name":"é"}'), OF_POST);
    assert.notEqual(key(), key('{}'));
  });

  it('gives it the first of several', () => {
    const objects = issue('a', 'certificate', withTtl('1h')) + issue('b', 'certificate', withTtl('2h'));
    const { reads, objects: planned } = plan({ objects: objects + issue('c', 'private_key') });
    assert.equal(reads.length, 2);
    assert.equal(readOf(planned[2]), readOf(planned[0]));
  });

  it('keeps the request of a first object without arguments as it is', () => {
    assert.deepEqual(readsOf(issue('a', 'serial_number') + issue('b', 'serial_number', withTtl('1h'))), [
      undefined,
      '{"ttl":"1h"}',
    ]);
  });

  it('counts an empty map as arguments', () => {
    assert.deepEqual(
      readsOf(issue('a', 'serial_number', withTtl('1h')) + issue('b', 'serial_number', ', secretArgs: {}')),
      ['{"ttl":"1h"}', '{}'],
    );
  });

  it('shares nothing between methods or queries', () => {
    const put = '- {objectName: b, secretPath: pki/issue/r, secretKey: serial_number, method: PUT}\n';
    const query = '- {objectName: c, secretPath: pki/issue/r?a=1, secretKey: serial_number, method: POST}\n';
    assert.equal(readsOf(issue('a', 'serial_number', withTtl('1h')) + put + query).length, 3);
  });

  it('refuses two ways to hold the one answer', () => {
    const objects = issue('crt', 'certificate', withTtl('1h')) + issue('key', 'private_key', ', refreshAfter: 1h');
    assert.deepEqual(problemsOf({ objects }), [
      '- objects line 2, object "key": an object above makes the same request with another share, refreshAfter or revoke; write the same, as both take parts of one answer',
    ]);
  });
});

describe('split pairs', () => {
  const split = (objects: string) => plan({ objects }).splitPairs;
  const pair = (name: string, ttl: string) =>
    issue(`${name}.crt`, 'certificate', withTtl(ttl)) + issue(`${name}.key`, 'private_key', withTtl(ttl));

  it('tells of a certificate and a key from different requests, in a warning', () => {
    const objects = issue('crt', 'certificate', withTtl('1h')) + issue('key', 'private_key', withTtl('2h'));
    const { splitPairs, warnings } = plan({ objects });
    assert.equal(splitPairs, 1);
    assert.deepEqual(warnings, [
      'object "key": takes private_key from another request than object "crt" takes certificate from, so they do not fit each other; write the same method and secretArgs in both objects',
    ]);
  });

  it('tells of a user and a password too, whichever comes first', () => {
    const object = (name: string, key: string, method: string) =>
      `- {objectName: ${name}, secretPath: database/creds/r, secretKey: ${key}, method: ${method}}\n`;
    assert.equal(split(object('a', 'password', 'POST') + object('b', 'username', 'PUT')), 1);
    assert.equal(split(object('a', 'password', 'POST') + object('b', 'username', 'POST')), 0);
  });

  it('has nothing against whole pairs, or against halves that nobody completes', () => {
    assert.equal(split(pair('a', '1h') + pair('b', '2h')), 0);
    assert.equal(split(issue('a', 'certificate', withTtl('1h')) + issue('b', 'certificate', withTtl('2h'))), 0);
    const whole = '- {objectName: all, secretPath: pki/issue/r, method: POST, secretArgs: {ttl: 1h}}\n';
    assert.equal(split(issue('a', 'certificate', withTtl('1h')) + whole + issue('k', 'private_key', withTtl('2h'))), 0);
  });

  it('stays brief in a class of many', () => {
    const half = (index: number) => {
      const [key, ttl] = index % 2 === 0 ? ['certificate', '1h'] : ['private_key', '2h'];
      const path = `pki/issue/r${Math.floor(index / 2)}`;
      return `- {objectName: o${index}, secretPath: ${path}, secretKey: ${key}, method: POST, secretArgs: {ttl: ${ttl}}}\n`;
    };
    const { splitPairs } = new ObjectCache().parse(Array.from({ length: 600 }, (_, at) => half(at)).join(''), 0o644);
    assert.equal(splitPairs.length, 20);
  });

  it('are an error of check, at the later object', () => {
    const name = 'split-pair.yaml';
    const text = readFileSync(new URL(`../check/corpus/bad/${name}`, import.meta.url), 'utf8');
    const { findings } = checkManifests([{ name, text }]);
    assert.deepEqual(
      findings.map(({ line, column, level, rule }) => [line, column, level, rule]),
      [[17, 9, 'error', 'split-pair']],
    );
  });
});
