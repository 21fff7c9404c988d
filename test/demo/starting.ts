// Steps 1 to 3: a store, what it holds and whom it trusts, and the provider.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startDaemon } from '../harness/daemon.ts';
import { type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { findStore } from '../harness/store-binary.ts';
import type { CleanUp } from './clean-up.ts';
import { makeMemoryFolder } from './memory-folder.ts';
import type { Node } from './pod.ts';
import type { Screen } from './screen.ts';
import { fillStore, LONG_NUMBER, type Store } from './store.ts';

/** A poll takes an answer up to this old, 30 s by default: short, so that the demo need not wait. */
export const POLL_WINDOW_MS = 500;
/** A first mount takes an answer of another pod up to this old; the default, said because the demo waits for its end. */
export const JOIN_WINDOW_MS = 1_000;

export async function startStore(screen: Screen, cleanUp: CleanUp): Promise<OpenBao> {
  screen.heading('A store starts');
  const binary = await findStore();
  const bao = await cleanUp.hold(startOpenBao, (held) => held.stop());
  const { version } = await bao.request('GET', 'sys/health');
  screen.print(`A real ${bao.product} ${version} in dev mode, which keeps everything in memory: ${bao.address}`);
  screen.print(`(${binary})`);
  return bao;
}

export async function fillAndGuard(screen: Screen, bao: OpenBao): Promise<Store> {
  screen.heading('It gets secrets, and rules who may read them');
  const store = await fillStore(bao);
  screen.table([
    ['secret/data/db', 'a password'],
    ['config/shop', `nested data, in it the number ${LONG_NUMBER}`],
    ['secret/data/signing', 'a key of 32 random bytes, as base64 text'],
    ['pki/issue/web', 'an authority that issues certificates for *.example.com'],
    ['payroll/data/march', "somebody else's, not for the pods below"],
  ]);
  screen.gap();
  screen.print(
    'Pods log in with the token that Kubernetes gives each of them; the store checks its signature with the ' +
      "cluster's public key (login method jwt). So no pod needs a first password. Service account shop/web may " +
      'read secret/* and config/shop, shop/ledger may have certificates issued, and neither may do more.',
  );
  const attempt = (token: string) =>
    bao.request('GET', 'secret/data/db', undefined, { token }).then(statusOk, statusOf);
  screen.prove(
    'the store gives the password to its root user, and to nobody without a token',
    (await attempt(bao.rootToken)) === 200,
    (await attempt('')) === 403,
  );
  return store;
}

export async function startProvider(screen: Screen, cleanUp: CleanUp, store: Store, work: string): Promise<Node> {
  screen.heading('The provider starts');
  const memory = await cleanUp.hold(
    () => makeMemoryFolder(work),
    (held) => held.remove(),
  );
  const folder = join(work, 'sockets');
  await mkdir(folder);
  const args = [
    `--vault-addr=${store.bao.address}`,
    `--poll-window=${POLL_WINDOW_MS}ms`,
    `--coalesce-window=${JOIN_WINDOW_MS}ms`,
  ];
  const daemon = await cleanUp.hold(
    () => startDaemon({ args, folder }),
    (held) => held.stop(),
  );
  const driver = daemon.driver();
  const { version, runtimeName, runtimeVersion } = await driver.version();
  screen.print(`secretmount serve ${args.join(' ')}`);
  screen.print('One such process runs on each node. The driver finds it by a Unix socket and asks it for files.');
  screen.prove(
    `${runtimeName} ${runtimeVersion} answers on its socket, vault.sock, in the driver's protocol ${version}`,
    runtimeName === 'secretmount',
    version === 'v1alpha1',
  );
  screen.print(`The pods' files go to a tmpfs, memory that never touches a disk: ${memory.kind}.`);
  return { daemon, driver, login: store.login, folder: memory.path, tokens: new Set(), seenLines: new Set() };
}

function statusOk(): number {
  return 200;
}

/** The harness's error begins with method, path and status. */
function statusOf(error: Error): number {
  return Number(/: (\d{3})\b/.exec(error.message)?.[1]);
}
