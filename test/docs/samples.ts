// How each message of docs/troubleshooting.md comes about: a mount by the built daemon that fails in this way, with a real
// OpenBao behind it, or a stand-in for what OpenBao does not do on request.
import { asMountError } from '../../src/errors.ts';
import { statusOf } from '../../src/server/status.ts';
import { createAuthority } from '../harness/certificates.ts';
import { answer, type Behaviour, hang, oversized, reset } from '../harness/faulty-store.ts';
import { status } from '../kube/api-server.ts';
import { objects } from '../socket/world.ts';
import type { SampleWorld } from './sample-world.ts';

const PASSWORD = objects('db-password secret/data/app password');
const KEYS = (selection: string) => `- objectName: .\n  secretPath: secret/data/app\n  keys: {${selection}}\n`;
const MIB = 1024 * 1024;
/** Nobody listens on the port of tcpmux. */
const NOBODY = 'http://127.0.0.1:1';

/** By the name in the block's mark. */
export const SAMPLES: Readonly<Record<string, (world: SampleWorld) => Promise<string>>> = {
  'class-invalid': (world) =>
    world.refusal('- objectName: db-password\n  secretPth: secret/data/app\n  secretKey: password\n', {
      vaultSkipTLSVerify: 'yes',
    }),
  'request-invalid': (world) => world.refusal(PASSWORD, {}, { attributes: { 'csi.storage.k8s.io/pod.uid': '' } }),
  'request-refused': (world) =>
    world.refusal('- objectName: ticket\n  secretPath: secret/data/ticket\n  method: POST\n'),
  'value-undecodable': (world) => world.refusal(`${PASSWORD}  encoding: base64\n`),
  'file-name': (world) => world.refusal(KEYS('rename: [{from: "^.*$", to: db}]')),
  'format-refused': (world) =>
    world.refusal('- objectName: app.env\n  secretPath: secret/data/mail\n  format: dotenv\n'),
  'template-failed': (world) =>
    world.refusal(
      '- objectName: app.ini\n  errorOnMissingKey: true\n  template: \'{{ with secret "secret/data/app" }}password={{ .Data.data.pasword }}{{ end }}\'\n',
    ),
  'value-undecodable expression': (world) => world.refusal(`${PASSWORD}  jsonPath: $.db\n`),
  internal: async () => statusOf(asMountError(new Error('a fault of ours'))).details,

  'login-refused': (world) => world.refusal(PASSWORD, { roleName: 'wbe' }),
  'login-refused account': (world) =>
    world.refusal(PASSWORD, { vaultAuthMountPath: 'kubernetes', roleName: 'payroll' }),
  'login-incomplete': (world) => {
    const wantsSecondFactor = {
      auth: { client_token: '', mfa_requirement: { mfa_request_id: 'd0c9', mfa_constraints: {} } },
    };
    return world.withStore(answer(200, wantsSecondFactor));
  },
  'token-mismatch': (world) => world.refusal(PASSWORD, {}, { tokens: { vault: world.mintJwt({ account: 'admin' }) } }),
  'token-missing': (world) => {
    world.api.reply = () =>
      status(
        403,
        'serviceaccounts "web" is forbidden: User "system:serviceaccount:csi:secretmount" cannot create resource "serviceaccounts/token" in API group "" in the namespace "shop"',
      );
    return world.refusal(PASSWORD, {}, { tokens: {} });
  },
  'token-request-refused': (world) => {
    world.api.reply = () => status(404, 'serviceaccounts "web" not found');
    return world.refusal(PASSWORD, {}, { tokens: {} });
  },
  'api-unreachable': (world) => {
    world.api.reply = () => status(500, 'etcdserver: request timed out');
    return world.refusal(PASSWORD, {}, { tokens: {} });
  },
  'tls-file': (world) =>
    world.refusal(PASSWORD, { vaultAddress: 'https://127.0.0.1:1', vaultCACertPath: '/etc/secretmount/ca.pem' }),
  'address-refused': (world) => world.refusal(PASSWORD, { vaultAddress: 'http://169.254.169.254' }),
  'namespace-ignored': (world) => {
    const parameters = { vaultNamespace: 'team-a' };
    return world.withStore(answer(200, { enterprise: false }), PASSWORD, {}, { parameters });
  },

  'read-forbidden': (world) => world.refusal(objects('salaries secret/data/payroll all')),
  'read-forbidden kept': (world) => world.refusal(objects('salaries secret/data/payroll all')),
  'path-missing': (world) => world.refusal(objects('db-password secret/data/gone password')),
  'path-missing data': (world) => world.refusal(objects('db-password secret/app password')),
  'version-deleted': (world) => world.refusal(objects('db-password secret/data/deleted password')),
  'key-missing expression': (world) =>
    world.refusal('- objectName: db-password\n  secretPath: secret/data/app\n  jsonPath: $.passwort\n'),
  'key-missing': (world) => world.refusal(objects('db-password secret/data/app passwort')),
  'nothing-to-mount': (world) => world.refusal(KEYS('include: ["^db_"]')),
  several: (world) =>
    world.refusal(
      objects('good secret/data/app password', 'key secret/data/app passwort', 'salaries secret/data/payroll x'),
      {},
      { pod: 'web-2' },
    ),

  'answer-too-large': (world) => world.withStore(onRead(oversized(5 * MIB, true))),
  'files-too-large': (world) => {
    const large = answer(200, { data: { key: 'x'.repeat(2.2 * MIB) } });
    return world.withStore(onRead(large), objects('model.bin kv/model key', 'index.bin kv/index key'));
  },
  'lease-memory-full': (world) => {
    const lease = { lease_id: 'database/creds/app/1', lease_duration: 3600, renewable: true };
    // With what is kept beside it, over the share of an account.
    const large = answer(200, { ...lease, data: { password: 'x'.repeat(4 * MIB - 400) } });
    return world.withStore(onRead(large), objects('db-password database/creds/app password'));
  },
  'store-timeout': (world) => world.withStore(onRead(hang)),
  'mount-timeout': (world) => world.withStore(onRead(hang), PASSWORD, { deadlineMs: 1_000 }),
  'memory-budget': (world) => world.crowdedRefusal(),
  'time-share': (world) => {
    const slow = answer(200, `{"data":{"password":[${'1,'.repeat(1.5 * MIB)}1]}}`);
    return world.refusalOfBusy(onRead(slow));
  },
  'store-unreachable': (world) => world.refusal(PASSWORD, { vaultAddress: NOBODY }),
  'store-unreachable name': (world) => world.refusal(PASSWORD, { vaultAddress: 'https://vault.invalid:8200' }),
  'store-connection-reset': (world) => world.withStore(onRead(reset)),
  'store-tls': (world) => {
    const tls = createAuthority('somebody').issue({ names: ['localhost'] });
    return world.withStore(hang, PASSWORD, {}, { tls });
  },
  'store-sealed': (world) => world.withStore(answer(503, { errors: ['Vault is sealed'] })),
  'store-rate-limited': async (world) => {
    const limited = objects('db-password limited/app password');
    await world.mount(limited);
    return world.refusal(limited, {}, { pod: 'web-2' });
  },
  'store-not-caught-up': (world) =>
    world.withStore(onRead(answer(412, { errors: ['required index state not present'] }))),
  'store-unavailable': (world) => world.withStore(answer(502, '<html>Bad Gateway</html>')),
  'store-internal-error': (world) =>
    world.withStore(onRead(answer(500, { errors: ['dial tcp 10.1.2.3:5432: connect: connection refused'] }))),
  'store-malformed-response': (world) =>
    world.withStore(answer(200, '<html>Welcome</html>', { 'content-type': 'text/html' })),
};

/** Logs everybody in; reads end in the fault. */
function onRead(fault: Behaviour): Behaviour {
  const auth = { client_token: 'hvs.sample-token-value', lease_duration: 3600, renewable: true, metadata: {} };
  return (request, response) => (request.url.includes('/login') ? answer(200, { auth }) : fault)(request, response);
}
