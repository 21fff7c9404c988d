// What all scenarios share: a real store with secrets and a login, the proxy before it, the process that asks, and
// pods to ask for. Names are never used twice, so that no pod meets an earlier one's login.
import { startOpenBao } from '../test/harness/openbao.ts';
import type { ClientCalls, Pod } from './client-process.ts';
import type { ProxyCalls } from './proxy-process.ts';
import { Remote } from './remote.ts';

export interface PodsOptions {
  readonly count: number;
  readonly objects: number;
  /** Pods are dealt evenly over so many accounts. undefined: each has its own. */
  readonly accounts?: number;
  /** The class's `sessionScope: serviceAccount`. */
  readonly isShared?: boolean;
}

export interface World {
  readonly proxy: Remote<ProxyCalls>;
  readonly client: Remote<ClientCalls>;
  /** Where the proxy listens. */
  readonly storePort: number;
  /** The store's own name and version. */
  readonly store: string;
  /** Made before they are needed: signing their tokens takes time. */
  newPods(options: PodsOptions): Pod[];
  stop(): Promise<void>;
}

/** Most objects of one pod in any scenario. */
const SECRETS = 50;

export async function startWorld(): Promise<World> {
  const bao = await startOpenBao();
  const admin = bao.admin();
  const jwt = await bao.enableJwt();
  await bao.addPolicy('bench', 'path "secret/data/*" { capabilities = ["read"] }');
  await jwt.addRole('app', { policies: ['bench'] });
  for (let i = 0; i < SECRETS; i += 1) {
    await admin.write(secretPath(i), {
      data: { username: `user-${i}`, password: `password-of-the-user-${i}` },
    });
  }
  const { version } = await bao.request('GET', 'sys/seal-status');
  const proxy = new Remote<ProxyCalls>(new URL('./proxy-process.ts', import.meta.url));
  const client = new Remote<ClientCalls>(new URL('./client-process.ts', import.meta.url));
  const storePort = await proxy.call('start', { targetPort: Number(new URL(bao.address).port) });
  let lastName = 0;
  const newName = (kind: string) => {
    lastName += 1;
    return `${kind}-${lastName}`;
  };

  return {
    proxy,
    client,
    storePort,
    store: `OpenBao ${version}`,
    newPods({ count, objects, accounts = count, isShared = false }) {
      const names = Array.from({ length: accounts }, () => newName('app'));
      return Array.from({ length: count }, (_, i) => {
        const [pod, account] = [newName('pod'), names[i % accounts] as string];
        const token = jwt.mintJwt({ namespace: 'bench', account, pod });
        const parameters = toParameters(objects, isShared);
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
    objects: lines.join(''),
    ...(isShared ? { sessionScope: 'serviceAccount' } : {}),
  };
}
