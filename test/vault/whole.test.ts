import assert from 'node:assert/strict';
import type { Answer } from '../../src/fetch/ports.ts';
import { kv2, makeAnswer } from '../render/answers.ts';

const whole = (answer: Answer) => Buffer.from(answer.body.reveal().open([]).whole(10_000)).toString();
const write = (text: string) => whole(makeAnswer(text));

describe('a whole answer', () => {
  it("writes a KV v2 answer in the order of Go's struct", () => {
    assert.equal(
      whole(kv2('{"b":1.10,"a":"<x>"}')),
      '{"request_id":"r1","lease_id":"","lease_duration":0,"renewable":false,"data":{"data":{"a":"\\u003cx\\u003e","b":1.10},"metadata":{"created_time":"2026-01-02T03:04:05.6Z","custom_metadata":null,"deletion_time":"","destroyed":false,"version":3}},"warnings":null,"mount_type":"kv"}',
    );
  });
  it('leaves out auth, wrap_info and mount_type where they are not, and fills in the rest', () => {
    assert.equal(
      write('{"data":{},"auth":null,"wrap_info":null,"mount_type":""}'),
      '{"request_id":"","lease_id":"","lease_duration":0,"renewable":false,"data":{},"warnings":null}',
    );
  });
  it('writes warnings, a lease and fields nobody knows as Go would', () => {
    assert.equal(
      write(
        '{"warnings":["a&b"],"lease_id":"db/1","lease_duration":3600,"renewable":true,"request_id":"r","data":{"k":"v"},"extra":1}',
      ),
      '{"request_id":"r","lease_id":"db/1","lease_duration":3600,"renewable":true,"data":{"k":"v"},"warnings":["a\\u0026b"]}',
    );
  });
  it("writes auth with the fields of Go's struct only", () => {
    assert.equal(
      write(
        '{"request_id":"r","data":null,"auth":{"client_token":"t","accessor":"a","policies":["default"],"token_policies":["default"],"metadata":{"b":"2","a":"1"},"lease_duration":60,"renewable":true,"entity_id":"","token_type":"service","orphan":true,"num_uses":0,"mfa_requirement":null}}',
      ),
      '{"request_id":"r","lease_id":"","lease_duration":0,"renewable":false,"data":null,"warnings":null,"auth":{"client_token":"t","accessor":"a","policies":["default"],"token_policies":["default"],"identity_policies":null,"metadata":{"a":"1","b":"2"},"orphan":true,"entity_id":"","lease_duration":60,"renewable":true,"mfa_requirement":null}}',
    );
  });
  it("writes wrap_info with the fields of Go's struct only", () => {
    assert.equal(
      write(
        '{"request_id":"","wrap_info":{"token":"t","ttl":60,"creation_path":"p","wrapped_accessor":"w","accessor":"a","creation_time":"2026-01-02T03:04:05Z"}}',
      ),
      '{"request_id":"","lease_id":"","lease_duration":0,"renewable":false,"data":null,"warnings":null,"wrap_info":{"token":"t","accessor":"a","ttl":60,"creation_time":"2026-01-02T03:04:05Z","creation_path":"p","wrapped_accessor":"w"}}',
    );
  });
  it('takes an answer without an envelope as data', () => {
    assert.equal(
      write('{"sealed":false,"initialized":true}'),
      '{"request_id":"","lease_id":"","lease_duration":0,"renewable":false,"data":{"initialized":true,"sealed":false},"warnings":null}',
    );
  });
});
