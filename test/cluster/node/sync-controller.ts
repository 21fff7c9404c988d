// The calls of the separate sync controller, whose program is not to be had: Mount without any pod. Run as a program in
// the node's namespaces, where the provider's socket is.
import { Driver, type MountWish } from '../../harness/driver.ts';
import type { Node } from './node.ts';

const SOCKET = '/var/run/secrets-store-csi-providers/vault.sock';

export interface SyncWish {
  readonly parameters: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly account: string;
  readonly className: string;
  /** Not bound to a pod; none if the controller was started without an audience. */
  readonly token: string | undefined;
}

export interface SyncAnswer {
  readonly files: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** @throws Error with the provider's code and message */
export async function syncOnce(node: Node, wish: SyncWish): Promise<SyncAnswer> {
  const answer = await node.run([process.execPath, import.meta.filename], { input: JSON.stringify(toMount(wish)) });
  return JSON.parse(answer) as SyncAnswer;
}

/** The pod is the controller's own, and the folder is one that nobody made. */
function toMount({ token, ...wish }: SyncWish): MountWish {
  return {
    ...wish,
    pod: 'secrets-store-sync-controller-0',
    targetPath: '/mnt/secrets-store',
    secrets: {},
    ...(token !== undefined && { tokens: { vault: token } }),
  };
}

if (import.meta.main) {
  let text = '';
  for await (const part of process.stdin) text += part;
  const driver = new Driver(SOCKET);
  try {
    const { files, versions } = await driver.mount(JSON.parse(text) as MountWish);
    const contents = files.map(({ path, contents }) => [path, contents.toString()]);
    process.stdout.write(
      JSON.stringify({ files: Object.fromEntries(contents), versions: Object.fromEntries(versions) }),
    );
  } finally {
    driver.close();
  }
}
