// What all scenarios share: a real store with secrets and a login, the proxy before it, the process that asks, and
// pods to ask for. Names are never used twice, so that no pod meets an earlier one's login.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../test/harness/certificates.ts';
import { startOpenBao } from '../test/harness/openbao.ts';
import type { ClientCalls, Pod } from './client-process.ts';
import type { TlsStore } from './daemon-process.ts';
import type { ProxyCalls } from './proxy-process.ts';
import { Remote } from './remote.ts';

export interface PodsOptions {
  readonly count: number;
  readonly objects: number;
  /** Pods are dealt evenly over so many accounts. undefined: each has its own. */
  readonly accounts?: number;
  /** The class's `sessionScope: serviceAccount`. */
  readonly isShared?: boolean;
  /** Pods are dealt evenly over so many store addresses, which their classes name. */
  readonly addresses?: readonly string[];
}

export interface World {
  readonly proxy: Remote<ProxyCalls>;
  readonly client: Remote<ClientCalls>;
  /** Where the proxy listens. */
  readonly storePort: number;
  /** Where it listens for TLS: the store's own, with HTTP/2 if it is asked for. */
  readonly tls: TlsStore;
  /** The store's own name and version. */
  readonly store: string;
  /** Made before they are needed: signing their tokens takes time. */
  newPods(options: PodsOptions): Pod[];
  /** So many addresses at which the proxy listens too. */
  newAddresses(count: number): Promise<string[]>;
  /** That pods may have so many objects. */
  needSecrets(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Most objects of one pod in nearly all scenarios. */
const SECRETS = 50;

export async function startWorld(): Promise<World> {
  const authority = createAuthority('bench');
  const bao = await startOpenBao({ tls: authority.issue({ names: ['127.0.0.1', 'localhost'] }) });
  const admin = bao.admin();
  const jwt = await bao.enableJwt();
  await bao.addPolicy('bench', 'path "secret/data/*" { capabilities = ["read"] }');
  await jwt.addRole('app', { policies: ['bench'] });
  let secrets = 0;
  const needSecrets = async (count: number) => {
    for (; secrets < count; secrets += 1) {
      await admin.write(secretPath(secrets), {
        data: { username: `user-${secrets}`, password: `password-of-the-user-${secrets}` },
      });
    }
  };
  await needSecrets(SECRETS);
  const { version } = await bao.request('GET', 'sys/seal-status');
  const proxy = new Remote<ProxyCalls>(new URL('./proxy-process.ts', import.meta.url));
  const client = new Remote<ClientCalls>(new URL('./client-process.ts', import.meta.url));
  const targetPort = Number(new URL(bao.address).port);
  const storePort = await proxy.call('start', { targetPort });
  const folder = mkdtempSync(join(tmpdir(), 'secretmount-bench-'));
  const tls = {
    port: await proxy.call('start', { targetPort: Number(new URL(bao.tlsAddress ?? '').port) }),
    caFile: join(folder, 'ca.pem'),
    caPem: authority.certPem,
  };
  writeFileSync(tls.caFile, tls.caPem);
  let lastName = 0;
  const newName = (kind: string) => {
    lastName += 1;
    return `${kind}-${lastName}`;
  };

  return {
    proxy,
    client,
    storePort,
    tls,
    needSecrets,
    newAddresses: (count) => proxy.call('startMany', { targetPort, count }),
    store: `OpenBao ${version}`,
    newPods({ count, objects, accounts = count, isShared = false, addresses = [] }) {
      const names = Array.from({ length: accounts }, () => newName('app'));
      return Array.from({ length: count }, (_, i) => {
        const [pod, account] = [newName('pod'), names[i % accounts] as string];
        const token = jwt.mintJwt({ namespace: 'bench', account, pod });
        const address = addresses[i % addresses.length];
        const parameters = {
          ...toParameters(objects, isShared),
          ...(address === undefined ? {} : { vaultAddress: address }),
        };
        return {
          mount: { pod, account, namespace: 'bench', parameters, tokens: { vault: token } },
          bare: { jwt: token, paths: Array.from({ length: objects }, (_, i) => secretPath(i)) },
        };
      });
    },
    async stop() {
      proxy.end();
      client.end();
      await bao.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function secretPath(i: number): string {
  return `secret/data/bench/${i}`;
}

function toParameters(objects: number, isShared: boolean): Record<string, string> {
  const lines = Array.from(
    { length: objects },
    (_, i) => `- objectName: password-${i}\n  secretPath: ${secretPath(i)}\n  secretKey: password\n`,
  );
  return {
    roleName: 'app',
    vaultAuthMountPath: 'jwt',
    // Another provider takes no token of the driver's without it.
    audience: 'vault',
    objects: lines.join(''),
    ...(isShared ? { sessionScope: 'serviceAccount' } : {}),
  };
}
