// Another provider's binary, started as its DaemonSet starts it: HashiCorp's flags, which OpenBao's has too, and a pod's
// own folder of its service account, which client-go reads at a fixed path. A mount namespace of the process's own gives
// it that path without a trace on this machine; it takes root.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type DaemonOptions, DaemonProcess } from './daemon-process.ts';

/** A new /run for this process alone, with the folder in it: /var/run leads there. */
const ENTER = [
  'mount -t tmpfs none /run',
  'mkdir -p /run/secrets/kubernetes.io/serviceaccount',
  'cp "$0"/* /run/secrets/kubernetes.io/serviceaccount',
  'exec "$@"',
].join(' && ');

export interface Peer {
  start(storePort: number, options?: Pick<DaemonOptions, 'tls' | 'group'>): Promise<DaemonProcess>;
  stop(): void;
}

/** @param path the binary */
export async function preparePeer(path: string): Promise<Peer> {
  const api = await startApiServer();
  const account = writeAccount(api);
  return {
    start: (storePort, { tls, group } = {}) =>
      DaemonProcess.launch({
        command: 'unshare',
        args: (socket) => ['--mount', '/bin/sh', '-c', ENTER, account, path, ...flags(socket, storePort, tls)],
        env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(api.port) },
        group,
      }),
    stop() {
      api.stop();
      rmSync(account, { recursive: true });
    },
  };
}

function flags(socket: string, storePort: number, tls: DaemonOptions['tls']): string[] {
  const store =
    tls === undefined
      ? [`-vault-addr=http://127.0.0.1:${storePort}`]
      : [`-vault-addr=https://127.0.0.1:${tls.port}`, `-vault-tls-ca-cert=${tls.caFile}`];
  return [`-endpoint=${socket}`, '-health-addr=127.0.0.1:0', ...store];
}

function writeAccount({ caPem }: ApiServer): string {
  const folder = mkdtempSync(join(tmpdir(), 'secretmount-bench-'));
  writeFileSync(join(folder, 'ca.crt'), caPem);
  writeFileSync(join(folder, 'namespace'), 'kube-system');
  writeFileSync(join(folder, 'token'), 'a-token-of-the-bench');
  return folder;
}
