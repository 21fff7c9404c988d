// Objects and answers for the tests of render/: what a class asks for and what a store said, in one line each.
import type { Answer } from '../../src/fetch/ports.ts';
import type { PlanObject, Read, ValueSource } from '../../src/plan/plan.ts';
import { OWN_LEASE } from '../../src/plan/read.ts';
import { Secret } from '../../src/secret.ts';
import { answerBody } from '../harness/json.ts';

export function makeObject(changes: Partial<PlanObject & ValueSource> & { readonly path?: string } = {}): PlanObject {
  const { path = 'secret/data/app', key, encoding = 'utf-8', encode, default: absent, ...rest } = changes;
  const read: Read = {
    key: `GET ${path}`,
    method: 'GET',
    effect: 'read',
    path,
    query: '',
    body: undefined,
    leaseSettings: OWN_LEASE,
  };
  const more = absent === undefined ? {} : { default: absent };
  const source = { kind: 'value', read, key, encoding, encode, ...more } as const;
  return { name: 'file', source, reads: [read], mode: 0o644, isOptional: false, ...rest };
}

export function makeAnswer(text: string): Answer {
  return {
    body: new Secret(answerBody(text)),
    sentAt: 0,
    hasLease: false,
    leaseMs: 0,
    sizeBytes: text.length,
  };
}

/** An answer of a KV v1 secret: `data` is what people wrote. */
export function kv1(data: string): Answer {
  return makeAnswer(
    `{"request_id":"r1","lease_id":"","renewable":false,"lease_duration":2764800,"data":${data},"wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"}`,
  );
}

/** An answer of a KV v2 secret. */
export function kv2(data: string, version = '3'): Answer {
  return makeAnswer(
    `{"request_id":"r1","lease_id":"","renewable":false,"lease_duration":0,"data":{"data":${data},"metadata":{"created_time":"2026-01-02T03:04:05.6Z","custom_metadata":null,"deletion_time":"","destroyed":false,"version":${version}}},"wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"}`,
  );
}
