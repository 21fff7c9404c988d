// A provider as the driver sees one whose process dies in every try of a call: Mount ends with UNAVAILABLE, until a file
// says that it is back. Run as a program in the node's namespaces.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPackageDefinition, Server, ServerCredentials, type ServiceDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Node } from './node.ts';

/** What a class's `provider` says. */
export const ABSENT_PROVIDER = 'absent';
const SOCKET = `/var/run/secrets-store-csi-providers/${ABSENT_PROVIDER}.sock`;
const BACK = '/run/absent-provider-is-back';

export async function startAbsentProvider(node: Node): Promise<void> {
  node.start('absent-provider', [process.execPath, import.meta.filename]);
  await node.until('its socket', () => node.run(['test', '-S', SOCKET]));
}

/** From now on each mount gets one file, `password`. */
export async function bringBack(node: Node): Promise<void> {
  await node.run(['touch', BACK]);
}

/** It serves no class of another step. */
export async function removeAbsentProvider(node: Node): Promise<void> {
  await node.run(['rm', '-f', SOCKET]);
}

type Callback = (error: object | null, answer?: object) => void;

function serve(): void {
  const proto = fileURLToPath(new URL('../../../proto/provider.proto', import.meta.url));
  const { v1alpha1 } = loadPackageDefinition(loadSync(proto)) as never as {
    v1alpha1: { CSIDriverProvider: { service: ServiceDefinition } };
  };
  const server = new Server();
  server.addService(v1alpha1.CSIDriverProvider.service, {
    version: (_call: unknown, callback: Callback) =>
      callback(null, { version: 'v1alpha1', runtimeName: ABSENT_PROVIDER, runtimeVersion: '0.0.1' }),
    mount: (_call: unknown, callback: Callback) => {
      if (!existsSync(BACK)) return callback({ code: status.UNAVAILABLE, details: 'the process ended' });
      const contents = Buffer.from('filled');
      callback(null, {
        objectVersion: [{ id: 'password', version: '1' }],
        files: [{ path: 'password', mode: 0o644, contents }],
      });
    },
  });
  server.bindAsync(`unix:${SOCKET}`, ServerCredentials.createInsecure(), () => {});
}

if (import.meta.main) serve();
