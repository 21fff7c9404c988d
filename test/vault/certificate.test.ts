// Which end is read out of an answer, and that nothing else is taken for one.
import assert from 'node:assert/strict';
import { certificateEnd } from '../../src/vault/certificate.ts';
import { createAuthority } from '../harness/certificates.ts';
import { jsonText } from '../harness/json.ts';
import { SSH_CERTIFICATES, SSH_FOREVER } from './ssh-certificates.ts';

const endOf = (body: object) => certificateEnd(jsonText(JSON.stringify(body)));

/** An end that could be read where the number of fields before it is not a number. */
const ZEROS = Buffer.alloc(64).toString('base64');
const END = Date.UTC(2031, 0, 1);

describe("a certificate's end", () => {
  it("is a PEM certificate's NotAfter", () => {
    const { certPem } = createAuthority('ca').issue({ names: ['app'], notAfter: END });
    assert.equal(endOf({ data: { certificate: certPem } }), END);
  });

  it('is that of the first where a chain is given, not of its issuer', () => {
    const authority = createAuthority('ca');
    const { certPem } = authority.issue({ names: ['app'], notAfter: END });
    assert.equal(endOf({ data: { certificate: `${certPem}\n${authority.certPem}` } }), END);
  });

  for (const [kind, line] of Object.entries(SSH_CERTIFICATES)) {
    it(`is the valid-before of an SSH certificate: ${kind}`, () => {
      assert.equal(endOf({ data: { signed_key: `${line} comment\n` } }), END);
    });
  }

  it('is none for an SSH certificate that is valid forever', () => {
    assert.equal(endOf({ data: { signed_key: SSH_FOREVER } }), undefined);
  });

  it('is none, and no fault, for an SSH certificate cut at any length', () => {
    const [type, base64 = ''] = SSH_CERTIFICATES.ed25519.split(' ');
    const whole = Buffer.from(base64, 'base64');
    for (let size = 0; size < whole.length; size += 1) {
      const cut = whole.subarray(0, size).toString('base64');
      const end = endOf({ data: { signed_key: `${type} ${cut}` } });
      assert.ok(end === undefined || end === END, `at ${size}`);
    }
  });

  for (const [what, body] of [
    ['no data', {}],
    ['data that is not an object', { data: 'text' }],
    ['a certificate that is none', { data: { certificate: 'one' } }],
    ['a certificate that is not a text', { data: { certificate: { a: 'b' } } }],
    ['a key that is not signed', { data: { signed_key: 'ssh-ed25519 AAAA' } }],
    ['a signed key of an unknown kind', { data: { signed_key: 'ssh-new-cert-v01@openssh.com AAAA' } }],
    ['an empty signed key', { data: { signed_key: '' } }],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map(
      (name) =>
        [`the inherited name ${name}`, { data: { signed_key: `${name}-cert-v01@openssh.com ${ZEROS}` } }] as const,
    ),
  ] as const) {
    it(`is none if there is ${what}`, () => {
      assert.equal(endOf(body), undefined);
    });
  }
});
