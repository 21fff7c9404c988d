// The store itself and what stands where it should: addresses that lead elsewhere, stores that cannot answer.
import { createAuthority } from '../harness/certificates.ts';
import { answer, type Behaviour, breakOff, hang, redirectTo, reset } from '../harness/faulty-store.ts';
import type { Bench, Way } from './bench.ts';

const NOT_VAULT =
  'returned CODE with a body that is not from Vault or OpenBao; is a proxy or login page in front of it? [store-malformed-response]';
const LOGIN = 'object "a": login at auth/jwt as role "least"';
const READ = 'object "a": GET secret/data/app';

/** The class names something that is no store; the fix is the store's address. */
function noStore(name: string, behaviour: Behaviour, text: string): Way {
  return {
    name,
    wrong: async (bench) => ({ parameters: { vaultAddress: (await bench.front(behaviour)).address } }),
    says: text,
    fix: ({ bao }) => ({ parameters: { vaultAddress: bao.address } }),
  };
}

/** A store that fails until somebody does what the text says. */
function failing(name: string, make: (bench: Bench) => Behaviour, text: string): Way {
  const stores = new Map<Bench, { behaviour: Behaviour }>();
  return {
    name,
    wrong: async (bench) => {
      const store = await bench.front(make(bench));
      stores.set(bench, store);
      return { parameters: { vaultAddress: store.address } };
    },
    says: text,
    fix: (bench) => {
      const store = stores.get(bench);
      if (store !== undefined) store.behaviour = bench.passOn;
      return undefined;
    },
  };
}

const WITHHELD = 'its message is left out, as it may quote any of the many secretArgs';
const errors = (status: number, text: string) => answer(status, { errors: [text] });
const STATUS = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'forbidden', code: 403 };

const REQUIRING = { args: ['--require-namespaces'] };

/** The rest comes from the root namespace of the real store. */
function withHealth(bench: Bench, health: Behaviour): Behaviour {
  return (request, response) => {
    const { 'x-vault-namespace': _, ...headers } = request.headers;
    const behaviour = request.url.startsWith('/v1/sys/health') ? health : bench.passOn;
    behaviour({ ...request, headers }, response);
  };
}

export const STORE_WAYS: readonly Way[] = [
  noStore(
    'JSON with 404 from something that is no store',
    answer(404, { message: 'Not Found' }),
    `${LOGIN}: STORE ${NOT_VAULT.replace('CODE', '404')}`,
  ),
  noStore(
    'JSON with 401 from something that is no store',
    answer(401, { error: 'unauthorized' }),
    `${LOGIN}: STORE ${NOT_VAULT.replace('CODE', '401')}`,
  ),
  noStore(
    'JSON with 403 from an API server',
    answer(403, STATUS),
    `${LOGIN}: STORE returned 403 with a body that is not from Vault or OpenBao; it is a Kubernetes API server: write the store's address [store-malformed-response]`,
  ),
  noStore(
    'a login page',
    answer(200, '<html>Welcome</html>', { 'content-type': 'text/html', 'cache-control': 'no-store' }),
    `${LOGIN}: STORE ${NOT_VAULT.replace('CODE', '200')}`,
  ),
  noStore(
    'a redirect to a login page',
    redirectTo('https://login.example.com/', 302),
    `${LOGIN}: STORE redirects (302); write the store's own address, and nothing that stands before it [store-malformed-response]`,
  ),
  noStore(
    'a redirect to another node, from an address of the class',
    redirectTo('http://active.example.com:8200/v1/auth/jwt/login', 308),
    `${LOGIN}: STORE redirects to another address, and from one that a class names no redirect is followed; name the store's active node in the class [address-refused]`,
  ),
  noStore(
    "a standby's redirect, from an address of the class",
    redirectTo('http://active.example.com:8200/v1/auth/jwt/login', 307),
    `${LOGIN}: STORE redirects to another address, and from one that a class names no redirect is followed; a standby does so while its store has no leader, and the mount will be tried again; if it lasts, leave the address out of the class, or name one that leads to the active node [store-unavailable]`,
  ),
  {
    name: 'a namespace of the store, where the store has none',
    wrong: async (bench) => {
      const { address } = await bench.front(withHealth(bench, answer(200, { enterprise: false })));
      return { parameters: { vaultAddress: address, vaultNamespace: 'team-a' }, daemon: REQUIRING };
    },
    says: `object "a": vaultNamespace "team-a": STORE is Vault Community, which has no namespaces and would answer with the root namespace's secrets; remove vaultNamespace, or name a store that has it [namespace-ignored]`,
    fix: ({ bao }) => ({ parameters: { vaultAddress: bao.address }, daemon: REQUIRING }),
  },
  {
    name: 'a namespace of the store, and sys/health kept back',
    wrong: async (bench) => {
      bench.standby = await bench.front(withHealth(bench, errors(403, 'no')));
      const parameters = { vaultAddress: bench.standby.address, vaultNamespace: 'team-a' };
      return { parameters, daemon: REQUIRING };
    },
    says: `object "a": vaultNamespace "team-a": STORE does not say whether it has namespaces (GET sys/health: read-forbidden), and this node requires them (--require-namespaces); let sys/health through to the store [namespace-ignored]`,
    saysVault: null,
    fix: (bench) => {
      if (bench.standby !== undefined) bench.standby.behaviour = withHealth(bench, bench.passOn);
      return undefined;
    },
  },
  {
    name: 'nobody at the port',
    wrong: () => ({ parameters: { vaultAddress: 'http://127.0.0.1:1' } }),
    says: `${LOGIN}: STORE refuses connections; is the store running, and is this its port? [store-unreachable]`,
    fix: ({ bao }) => ({ parameters: { vaultAddress: bao.address } }),
  },
  {
    name: 'a name that does not resolve',
    wrong: () => ({ parameters: { vaultAddress: 'http://vault.invalid:8200' } }),
    says: `${LOGIN}: http://vault.invalid:8200 is a name that does not resolve; check the address [store-unreachable]`,
    fix: ({ bao }) => ({ parameters: { vaultAddress: bao.address } }),
  },
  ...[301, 308].map(
    (status): Way => ({
      name: `an ingress that sends on to https (${status})`,
      wrong: async (bench) => {
        const authority = createAuthority('ingress');
        bench.write('ingress.pem', authority.certPem);
        const tls = authority.issue({ names: ['127.0.0.1'] });
        const secure = await bench.front(bench.passOn, { tls });
        bench.notes.set('secure', secure.address);
        const plain = await bench.front(redirectTo(`${secure.address}/v1/auth/jwt/login`, status));
        return { parameters: { vaultAddress: plain.address } };
      },
      says:
        status === 301
          ? `${LOGIN}: STORE redirects (301); write STORE [store-malformed-response]`
          : `${LOGIN}: STORE redirects to another address, and from one that a class names no redirect is followed; write STORE in the class [address-refused]`,
      fix: (bench) => ({
        parameters: {
          vaultAddress: bench.notes.get('secure') ?? '',
          vaultCACertPath: `${bench.dir}/ingress.pem`,
        },
      }),
    }),
  ),
  {
    name: "the operator's address, from which a redirect leads to another",
    wrong: async (bench) => {
      const second = await bench.front(redirectTo('http://third.example.com:8200/v1/auth/jwt/login'));
      const first = await bench.front(redirectTo(`${second.address}/v1/auth/jwt/login`));
      return { daemon: { args: [`--vault-addr=${first.address}`] } };
    },
    says: `${LOGIN}: STORE (where STORE sent the request) redirects a second time; check that the address is the store's own, and the store's api_addr [store-malformed-response]`,
    fix: ({ bao }) => ({ daemon: { args: [`--vault-addr=${bao.address}`] } }),
  },
  {
    name: 'an api_addr without TLS',
    wrong: async (bench) => {
      const authority = createAuthority('standby');
      const flag = `--vault-tls-ca-cert=${bench.write('standby.pem', authority.certPem)}`;
      const tls = authority.issue({ names: ['127.0.0.1'] });
      const active = await bench.front(bench.passOn, { tls });
      bench.notes.set('active', `${active.address}/v1/auth/jwt/login`);
      const standby = await bench.front(redirectTo('http://127.0.0.1:8200/v1/auth/jwt/login'), { tls });
      bench.standby = standby;
      return { daemon: { args: [`--vault-addr=${standby.address}`, flag] } };
    },
    says: `${LOGIN}: STORE redirects to STORE, which would send the token unencrypted; correct the store's api_addr [address-refused]`,
    fix: (bench) => {
      const onward = redirectTo(bench.notes.get('active') ?? '');
      if (bench.standby !== undefined)
        bench.standby.behaviour = (request, response) =>
          (request.url.includes('/login') ? onward : bench.passOn)(request, response);
      return undefined;
    },
  },
  {
    name: 'a TLS port asked without TLS',
    wrong: async (bench) => {
      const authority = createAuthority('tls-port');
      bench.write('tls-port.pem', authority.certPem);
      const secure = await bench.front(bench.passOn, { tls: authority.issue({ names: ['127.0.0.1'] }) });
      bench.notes.set('secure', secure.address);
      // As Go's server says it; Node's closes the connection.
      const plain = await bench.front(answer(400, 'Client sent an HTTP request to an HTTPS server.\n'));
      return { parameters: { vaultAddress: plain.address } };
    },
    says: `${LOGIN}: STORE returned 400 with a body that is not from Vault or OpenBao; it speaks TLS there: write https:// [store-malformed-response]`,
    fix: (bench) => ({
      parameters: { vaultAddress: bench.notes.get('secure') ?? '', vaultCACertPath: `${bench.dir}/tls-port.pem` },
    }),
  },
  failing(
    'a sealed store',
    () => errors(503, 'Vault is sealed'),
    `${LOGIN}: STORE is sealed (503: Vault is sealed); unseal it [store-sealed]`,
  ),
  failing(
    'a gateway without a store behind it',
    () => answer(502, '<html>Bad Gateway</html>'),
    `${LOGIN}: STORE cannot answer now (502); the mount will be tried again; check the state of the store and what stands before it [store-unavailable]`,
  ),
  failing(
    'an engine whose own backend is down',
    (bench) => bench.onRead(errors(500, 'dial tcp 10.1.2.3:5432: connect: connection refused')),
    `${READ}: STORE failed (500: dial tcp 10.1.2.3:5432: connect: connection refused); the store's own log says why [store-internal-error]`,
  ),
  failing(
    'a quota',
    (bench) => bench.onRead(errors(429, 'rate limit quota exceeded')),
    `${READ}: STORE limits how often it may be asked (429: rate limit quota exceeded); the mount will be tried again; its quotas say how often [store-rate-limited]`,
  ),
  failing(
    'a follower that is behind',
    (bench) => bench.onRead(errors(412, 'required index state not present')),
    `${READ}: STORE has not caught up with the newest writes (412: required index state not present); the mount will be tried again [store-not-caught-up]`,
  ),
  failing(
    'a connection that breaks',
    (bench) => bench.onRead(reset),
    `${READ}: STORE broke the connection off before its answer was complete [store-connection-reset]`,
  ),
  failing(
    'an answer that breaks off',
    (bench) => bench.onRead(breakOff),
    `${READ}: STORE broke the connection off before its answer was complete [store-connection-reset]`,
  ),
  failing(
    'a store that is silent',
    (bench) => bench.onRead(hang),
    `${READ}: no answer from STORE within 3 s [store-timeout]`,
  ),
  {
    name: 'secretArgs over the limits of OpenBao',
    wrong: () => ({ objects: withArgs(4_500), role: 'wide' }),
    says: `object "a": PUT ca/issue/web: refused by the store (400: ${WITHHELD}); secretArgs are over the store's limits for JSON: they have too many values; make them smaller [request-refused]`,
    saysVault: null,
    fix: () => ({ objects: withArgs(5), role: 'wide' }),
    gives: /^-----BEGIN CERTIFICATE/,
  },
  ...[
    ['JSON input exceeds allowed nesting depth', 'they have over 300 levels'],
    ['JSON object exceeds allowed entry count', 'a list or map in them has over 10,000 entries'],
    ['JSON array exceeds allowed element count', 'a list or map in them has over 10,000 entries'],
    ['JSON string value exceeds allowed length', 'a text in them is over 1 MiB'],
    ['JSON payload exceeds allowed token count', 'they have too many values'],
    ["duplicate key 'x' in object", 'a key is in them twice'],
  ].map(([text, limit]): Way => {
    const limited = (bench: Bench): Behaviour =>
      bench.onRead((request, response) =>
        (request.body.length > 1_000 ? errors(500, `failed to parse JSON input: ${text}`) : bench.passOn)(
          request,
          response,
        ),
      );
    return {
      name: `secretArgs over a limit of Vault: ${text}`,
      wrong: async (bench) => {
        const { address } = await bench.front(limited(bench));
        bench.notes.set('limited', address);
        return { objects: withArgs(500), role: 'wide', parameters: { vaultAddress: address } };
      },
      says: `object "a": PUT ca/issue/web: refused by the store (500: ${WITHHELD}); secretArgs are over the store's limits for JSON: ${limit}; make them smaller [request-refused]`,
      fix: (bench) => ({
        objects: withArgs(5),
        role: 'wide',
        parameters: { vaultAddress: bench.notes.get('limited') ?? '' },
      }),
      gives: /^-----BEGIN CERTIFICATE/,
    };
  }),
];

/** A certificate with so many other names. */
function withArgs(count: number): string {
  const names = Array.from({ length: count }, (_, i) => `n${i}: "${i}"`).join(', ');
  return `- {objectName: a, secretPath: ca/issue/web, method: PUT, secretKey: certificate, secretArgs: {common_name: a.example.com, more: {${names}}}}`;
}
