// Every answer of a store that is not a good one, and the exact text that people will read of it.
import assert from 'node:assert/strict';
import type { Reason } from '../../src/errors.ts';
import { type Refused, refusal } from '../../src/vault/refusal.ts';
import { StoreAnswer } from '../../src/vault/request.ts';

const READ: Refused = {
  operation: 'GET secret/data/app',
  method: 'GET',
  effect: 'read',
  path: 'secret/data/app',
  endpoint: 'https://vault:8200',
  namespace: '',
  loginMount: undefined,
  secrets: ['s.token-of-a-test'],
  wall: Date.parse('2026-01-01T00:00:00Z'),
};
const LOGIN: Refused = {
  ...READ,
  operation: 'login at auth/jwt as role "app"',
  method: 'POST',
  effect: 'write',
  path: 'auth/jwt/login',
  loginMount: 'jwt',
};
const RENEWAL = {
  operation: 'PUT sys/leases/renew',
  method: 'PUT',
  effect: 'write',
  path: 'sys/leases/renew',
} as const;
const CHECK_LOGIN =
  "check that auth/jwt is a login method, that the role exists there, and that it admits the pod's service account, namespace and the token's audience";
const ASK_AGAIN = 'the mount will be tried again; check the state of the store and what stands before it';
const CORRECT = "correct the object's method, secretPath or secretArgs";
const NOT_VAULT = 'is a proxy or login page in front of it?';

function answerOf(status: number, body: unknown, headers: StoreAnswer['headers'] = {}): StoreAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new StoreAnswer(status, headers, Buffer.from(text));
}

const errors = (...texts: unknown[]) => ({ errors: texts });
const kv2 = (metadata: object) => ({ data: { data: null, metadata } });

const TABLE: readonly [string, number, unknown, Reason, string, Partial<Refused>?][] = [
  [
    'a policy that does not allow it',
    403,
    errors('1 error occurred:\n\t* permission denied\n\n'),
    'read-forbidden',
    'GET secret/data/app: forbidden by the store (403: permission denied); a policy of the login\'s role must grant "read" on secret/data/app',
  ],
  [
    'the same in a namespace',
    403,
    errors('permission denied'),
    'read-forbidden',
    'GET secret/data/app: forbidden by the store (403: permission denied); a policy of the login\'s role must grant "read" on secret/data/app in namespace team',
    { namespace: 'team' },
  ],
  [
    'a token that the store does not know',
    403,
    errors('2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'),
    'read-forbidden',
    'GET secret/data/app: the store does not know the token that it gave at the login (403: permission denied; invalid token); check that https://vault:8200 leads to one cluster only',
  ],
  [
    'the same in a namespace',
    403,
    errors('2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'),
    'read-forbidden',
    'GET secret/data/app: the store does not know the token that it gave at the login (403: permission denied; invalid token); check that https://vault:8200 leads to one cluster only and that vaultNamespace is that of the login',
    { namespace: 'team' },
  ],
  [
    'an engine that passes on what its own backend said of another token',
    403,
    errors('1 error occurred:\n\t* nomad: invalid token\n\n'),
    'read-forbidden',
    'GET secret/data/app: forbidden by the store (403: nomad: invalid token); a policy of the login\'s role must grant "read" on secret/data/app',
  ],
  [
    'a list that is not allowed',
    403,
    errors(),
    'read-forbidden',
    'LIST secret/data/app: forbidden by the store (403); a policy of the login\'s role must grant "list" on secret/data/app',
    { method: 'LIST', operation: 'LIST secret/data/app' },
  ],
  [
    'a write that is not allowed',
    403,
    errors(),
    'read-forbidden',
    'PUT pki/issue/web: forbidden by the store (403); a policy of the login\'s role must grant "create" and "update" on pki/issue/web',
    { method: 'PUT', effect: 'write', operation: 'PUT pki/issue/web', path: 'pki/issue/web' },
  ],
  [
    'nothing there',
    404,
    errors(),
    'path-missing',
    'GET secret/data/app: there is nothing at this path (404); check the path, and that the secret has been written',
  ],
  [
    'no engine there',
    404,
    errors('no handler for route "secret/data/app". route entry not found.'),
    'path-missing',
    'GET secret/data/app: no secrets engine is mounted there (404: no handler for route "secret/data/app". route entry not found.); check how the path begins, and vaultNamespace',
  ],
  [
    'no such namespace',
    404,
    errors('namespace not found'),
    'path-missing',
    'GET secret/data/app: the store does not find it in namespace team (404: namespace not found); check vaultNamespace',
    { namespace: 'team' },
  ],
  [
    'KV 2 without data/',
    404,
    { data: null, warnings: ['Invalid path for a versioned K/V secrets engine. See the API docs'] },
    'path-missing',
    'GET secret/app: there is nothing at this path (404); KV version 2 has data/ after the mount',
    { path: 'secret/app', operation: 'GET secret/app' },
  ],
  [
    'a deleted version',
    404,
    kv2({ version: 3, deletion_time: '2026-11-24T16:22:30.972242712Z', destroyed: false }),
    'version-deleted',
    'GET secret/data/app: version 3 was deleted at 2026-11-24T16:22:30.972242712Z; undelete it, or write a new version',
  ],
  [
    'a destroyed version',
    404,
    kv2({ version: 3, deletion_time: '', destroyed: true }),
    'version-deleted',
    'GET secret/data/app: version 3 was destroyed; write a new version',
  ],
  [
    'a deletion time that is not a time',
    404,
    kv2({ version: 3, deletion_time: 'value of a secret' }),
    'path-missing',
    'GET secret/data/app: there is nothing at this path (404); check the path, and that the secret has been written',
  ],
  [
    'a bad request',
    400,
    errors('missing data fields'),
    'request-refused',
    `GET secret/data/app: refused by the store (400: missing data fields); ${CORRECT}`,
  ],
  [
    'a lease whose database is down as it is renewed',
    400,
    errors(
      'failed to renew entry: resp: (*logical.Response)(nil) err: 1 error occurred:\n\t* failed to connect: connection refused\n\n',
    ),
    'store-internal-error',
    "PUT sys/leases/renew: https://vault:8200 failed (400: failed to renew entry: resp: (*logical.Response)(nil) err: failed to connect: connection refused); the store's own log says why",
    RENEWAL,
  ],
  [
    'a lease whose database is down as it is revoked',
    400,
    errors('failed to revoke entry: resp: (*logical.Response)(nil) err: failed to connect: connection refused'),
    'store-internal-error',
    "PUT sys/leases/revoke: https://vault:8200 failed (400: failed to revoke entry: resp: (*logical.Response)(nil) err: failed to connect: connection refused); the store's own log says why",
    { ...RENEWAL, operation: 'PUT sys/leases/revoke', path: 'sys/leases/revoke' },
  ],
  [
    'a lease that it does not know',
    400,
    errors('lease not found'),
    'request-refused',
    `PUT sys/leases/renew: refused by the store (400: lease not found); ${CORRECT}`,
    RENEWAL,
  ],
  [
    'the words of a failed lease about another request',
    400,
    errors('failed to renew entry: no'),
    'request-refused',
    `GET secret/data/app: refused by the store (400: failed to renew entry: no); ${CORRECT}`,
  ],
  [
    'a method that is not supported',
    405,
    errors(),
    'request-refused',
    `GET secret/data/app: refused by the store (405); ${CORRECT}`,
  ],
  [
    'an entity it cannot process',
    422,
    errors('a', 'b'),
    'request-refused',
    `GET secret/data/app: refused by the store (422: a; b); ${CORRECT}`,
  ],
  [
    'a follower that is behind',
    412,
    errors('required index state not present'),
    'store-not-caught-up',
    `GET secret/data/app: https://vault:8200 has not caught up with the newest writes (412: required index state not present); the mount will be tried again`,
  ],
  [
    'a quota',
    429,
    errors('rate limit quota exceeded'),
    'store-rate-limited',
    'GET secret/data/app: https://vault:8200 limits how often it may be asked (429: rate limit quota exceeded); the mount will be tried again; its quotas say how often',
  ],
  [
    'a sealed store',
    503,
    errors('Vault is sealed'),
    'store-sealed',
    'GET secret/data/app: https://vault:8200 is sealed (503: Vault is sealed); unseal it',
  ],
  [
    'a sealed store by another name',
    500,
    errors('error: barrier is Sealed'),
    'store-sealed',
    'GET secret/data/app: https://vault:8200 is sealed (500: error: barrier is Sealed); unseal it',
  ],
  [
    'a store that is not initialized',
    501,
    errors(),
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (501); ${ASK_AGAIN}`,
  ],
  [
    'a standby',
    503,
    errors('node is a standby'),
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (503: node is a standby); ${ASK_AGAIN}`,
  ],
  [
    'a recovery standby',
    472,
    errors(),
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (472); ${ASK_AGAIN}`,
  ],
  [
    'a performance standby',
    473,
    errors(),
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (473); ${ASK_AGAIN}`,
  ],
  [
    'a standby that has heard of no leader for long',
    474,
    {},
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (474); ${ASK_AGAIN}`,
  ],
  [
    'a node that was removed from its cluster',
    530,
    {},
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (530); ${ASK_AGAIN}`,
  ],
  [
    'a standby of a store without a leader',
    500,
    errors('local node not active but active cluster node not found'),
    'store-unavailable',
    'GET secret/data/app: https://vault:8200 has no leader now (500: local node not active but active cluster node not found); the mount will be tried again; if it lasts, too few nodes of the store run unsealed, or its own log says why they elect none',
  ],
  [
    'a KV engine that its leader is still making ready',
    400,
    errors(
      'Waiting for the primary to upgrade from non-versioned to versioned data. This backend will be unavailable for a brief period and will resume service when the primary is finished.',
    ),
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (400: Waiting for the primary to upgrade from non-versioned to versioned data. This backend will be unavailable for a brief period and will resume service when the primary is finished.); ${ASK_AGAIN}`,
  ],
  [
    'the same on the leader',
    400,
    errors(
      'Upgrading from non-versioned to versioned data. This backend will be unavailable for a brief period and will resume service shortly.',
    ),
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (400: Upgrading from non-versioned to versioned data. This backend will be unavailable for a brief period and will resume service shortly.); ${ASK_AGAIN}`,
  ],
  [
    'an engine that says so among other words',
    500,
    errors('nomad: local node not active but active cluster node not found'),
    'store-internal-error',
    "GET secret/data/app: https://vault:8200 failed (500: nomad: local node not active but active cluster node not found); the store's own log says why",
  ],
  [
    'a fault',
    500,
    errors('internal error'),
    'store-internal-error',
    "GET secret/data/app: https://vault:8200 failed (500: internal error); the store's own log says why",
  ],
  [
    'a gateway',
    502,
    '<html>bad gateway</html>',
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (502); ${ASK_AGAIN}`,
  ],
  [
    'a gateway timeout',
    504,
    '',
    'store-unavailable',
    `GET secret/data/app: https://vault:8200 cannot answer now (504); ${ASK_AGAIN}`,
  ],
  [
    'a page instead of an answer',
    403,
    '<html>who are you</html>',
    'store-malformed-response',
    `GET secret/data/app: https://vault:8200 returned 403 with a body that is not from Vault or OpenBao; ${NOT_VAULT}`,
  ],
  [
    'a redirect that is not followed',
    303,
    '',
    'store-malformed-response',
    `GET secret/data/app: https://vault:8200 returned 303 with a body that is not from Vault or OpenBao; ${NOT_VAULT}`,
  ],
  [
    'http to a TLS port',
    400,
    'Client sent an HTTP request to an HTTPS server.\n',
    'store-malformed-response',
    'GET secret/data/app: https://vault:8200 returned 400 with a body that is not from Vault or OpenBao; it speaks TLS there: write https://',
  ],
  [
    'a login that is forbidden',
    403,
    errors('permission denied'),
    'login-refused',
    `login at auth/jwt as role "app": refused by the store (403: permission denied); ${CHECK_LOGIN}`,
    LOGIN,
  ],
  [
    'a login as an unknown role',
    400,
    errors('role "app" could not be found'),
    'login-refused',
    `login at auth/jwt as role "app": refused by the store (400: role "app" could not be found); ${CHECK_LOGIN}`,
    LOGIN,
  ],
  [
    'a login where nothing is mounted',
    404,
    errors(),
    'login-refused',
    `login at auth/jwt as role "app": refused by the store (404); ${CHECK_LOGIN}`,
    LOGIN,
  ],
  [
    'a login at a limiting store',
    429,
    errors(),
    'store-rate-limited',
    'login at auth/jwt as role "app": https://vault:8200 limits how often it may be asked (429); the mount will be tried again; its quotas say how often',
    LOGIN,
  ],
  [
    'a login at a sealed store',
    503,
    errors('Vault is sealed'),
    'store-sealed',
    'login at auth/jwt as role "app": https://vault:8200 is sealed (503: Vault is sealed); unseal it',
    LOGIN,
  ],
  [
    'errors that are no texts',
    400,
    errors({ value: 'of a secret' }, 7, null),
    'request-refused',
    `GET secret/data/app: refused by the store (400); ${CORRECT}`,
  ],
  [
    'errors that are no list',
    400,
    { errors: 'value of a secret' },
    'store-malformed-response',
    `GET secret/data/app: https://vault:8200 returned 400 with a body that is not from Vault or OpenBao; ${NOT_VAULT}`,
  ],
  [
    'other fields',
    400,
    { message: 'value of a secret', data: { error: 'value of a secret' } },
    'request-refused',
    `GET secret/data/app: refused by the store (400); ${CORRECT}`,
  ],
];

describe('a refusal', () => {
  for (const [name, status, body, reason, message, request] of TABLE)
    it(`says of ${name} (${status}): ${reason}`, () => {
      const error = refusal(answerOf(status, body), { ...READ, ...request });
      assert.equal(error.message, message);
      assert.equal(error.reason, reason);
    });

  const waits: readonly [string, string | undefined, number | undefined][] = [
    ['seconds', '7', 7_000],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['a date that has passed', 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['nonsense', 'soon', undefined],
    ['nothing', undefined, undefined],
  ];
  for (const [name, header, expected] of waits)
    it(`reads a Retry-After of ${name}`, () => {
      const error = refusal(answerOf(503, errors(), header === undefined ? {} : { 'retry-after': header }), READ);
      assert.equal(error.retryAfterMs, expected);
    });

  it('does not read a body longer than any refusal, and the status still says whether it may pass', () => {
    const long = errors('x '.repeat(40_000));
    assert.equal(refusal(answerOf(400, long), READ).reason, 'store-malformed-response');
    const limiting = refusal(answerOf(429, long), READ);
    assert.deepEqual([limiting.reason, limiting.message.includes('x x')], ['store-rate-limited', false]);
  });

  it('shows no number and no time of a length of its own', () => {
    const digits = '9'.repeat(30_000);
    const body = `{"data":{"metadata":{"version":${digits},"destroyed":true}}}`;
    assert.match(refusal(answerOf(404, body), READ).message, /: this version was destroyed;/);
    const late = kv2({ version: 1, deletion_time: `2026-01-01T${digits}Z` });
    assert.equal(refusal(answerOf(404, late), READ).message.includes(digits), false);
  });
});
