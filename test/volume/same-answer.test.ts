import assert from 'node:assert/strict';
import { isSameAnswer } from '../../src/volume/same-answer.ts';
import { makeAnswer } from '../render/answers.ts';

const isSame = (a: string, b: string) => isSameAnswer(makeAnswer(a).body.reveal(), makeAnswer(b).body.reveal());

describe('isSameAnswer', () => {
  const rows: readonly (readonly [says: string, a: string, b: string, isSame: boolean])[] = [
    [
      'another request_id is the same',
      '{"request_id":"1","data":{"a":[1,{"b":null}]}}',
      '{"request_id":"2","data":{"a":[1,{"b":null}]}}',
      true,
    ],
    ['another order of keys is the same', '{"a":1,"b":2}', '{"b":2,"a":1}', true],
    ['a request_id inside data counts', '{"data":{"request_id":"1"}}', '{"data":{"request_id":"2"}}', false],
    ['an answer that lost its request_id is another', '{"request_id":"1","a":1}', '{"a":1}', false],
    ['1.0 is not 1', '{"a":1.0}', '{"a":1}', false],
    [
      'integers beyond 2^53 differ in their last digit',
      '{"a":12345678901234567890}',
      '{"a":12345678901234567891}',
      false,
    ],
    ['"1" is not 1', '{"a":"1"}', '{"a":1}', false],
    ['a list is not an object', '{"a":[]}', '{"a":{}}', false],
    ['null is not an object', '{"a":null}', '{"a":{}}', false],
    ['a longer list is another', '{"a":[1]}', '{"a":[1,2]}', false],
    ['an inherited name is not a key', '{"a":{"toString":1}}', '{"a":{"b":1}}', false],
    ['a key with null is not a missing key', '{"a":null,"b":1}', '{"b":1,"c":null}', false],
  ];
  for (const [says, a, b, same] of rows) it(says, () => assert.equal(isSame(a, b), same));

  it('is true of an answer and itself', () => {
    const body = makeAnswer('{"a":1}').body.reveal();
    assert.ok(isSameAnswer(body, body));
  });
});
