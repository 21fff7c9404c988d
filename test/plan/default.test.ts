import assert from 'node:assert/strict';
import { valueSource } from '../harness/plans.ts';
import { objectWith, problemsOf } from './request.ts';

describe('default', () => {
  const of = (fields: string) => valueSource(objectWith(`secretKey: k, ${fields}`)).default;

  it('is a text as it stands, also a number, a boolean and an empty one in quotes', () => {
    assert.deepEqual(['default: a b', 'default: 0640', 'default: yes', 'default: ""', "default: ''"].map(of), [
      'a b',
      '0640',
      'yes',
      '',
      '',
    ]);
  });

  it('goes with an expression, also without a key', () => {
    for (const fields of ['gjson: a', 'secretKey: k, jsonPath: $.a', 'jmesPath: a']) {
      const { source } = objectWith(`${fields}, default: none`);
      assert.equal(source.kind === 'expression' && source.default, 'none');
    }
  });

  it('is absent if it is null', () => {
    assert.deepEqual(['default: ', 'default: null', 'default: ~'].map(of), [undefined, undefined, undefined]);
  });

  const problems: readonly (readonly [fields: string, problem: string])[] = [
    ['default: a', 'default stands for a missing key; name the key in secretKey'],
    ['secretKey: k, default: [a]', 'default is a list; write a text'],
    ['secretKey: k, default: {a: b}', 'default is a map; write a text'],
    ['secretKey: k, default: "\\ud800"', 'default holds half a character; remove it'],
    ['keys: all, default: a', 'default does not go with keys; remove one'],
    ['keys: all, default: ""', 'default does not go with keys; remove one'],
    ['format: json, default: a', 'default does not go with format; remove one'],
    ['gjson: a, default: [a]', 'default is a list; write a text'],
  ];
  for (const [fields, problem] of problems)
    it(`is refused: ${fields}`, () => {
      const found = problemsOf({ objects: `- {objectName: a, secretPath: p, ${fields}}` });
      assert.deepEqual(found, [`- objects line 1, object "a": ${problem}`]);
    });
});
