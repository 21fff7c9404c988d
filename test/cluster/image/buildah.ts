// buildah without Docker, a registry or an installation: Debian's packages, unpacked into the cache, run in a mount
// namespace of their own. Needs root, apt and a kernel with overlayfs; leaves what a base is to build-base.ts.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../tools/cache.ts';
import { runCommand } from '../tools/commands.ts';
import { unpackDebianPackages } from '../tools/debian-packages.ts';
import { locked } from '../tools/locked.ts';

/** buildah's store, and what it is made of. */
export const CACHE = join(cacheFolder, 'image');
/** Ten times what the slowest step takes on an empty cache. */
const WITHIN_MS = 1_800_000;
const SETTINGS = join(CACHE, 'settings');
/** Where buildah keeps what it knows of registries' layers; no setting moves it. */
const OWN_CACHE = '/var/lib/containers';
const SHARED = join(import.meta.dirname, '../node/shared.sh');
/**
 * Chroot isolation starts buildah again with a clean environment, so LD_LIBRARY_PATH would be lost: the unpacked
 * libraries are laid over the loader's own folder instead.
 */
const IN_NAMESPACE = `mount --bind "$1" ${OWN_CACHE} && mount -t overlay overlay -o "lowerdir=$2$3:$3" "$3" &&
  tools=$2 && shift 3 && exec "$tools/usr/bin/buildah" "$@"`;

/** The path of a program from Debian's packages. */
export async function findTool(name: string): Promise<string> {
  return join(await unpackDebianPackages(console.log), name);
}

/** As any command, with the time that building takes. Without the last line end. */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return (await runCommand(argv, { env, timeoutMs: WITHIN_MS })).trimEnd();
}

/** What buildah printed, without the line end. One runs at a time: what it mounts is counted in its store. */
export async function buildah(...args: string[]): Promise<string> {
  const tools = await findTool('');
  await writeSettings();
  const ownCache = join(CACHE, 'containers');
  await mkdir(ownCache, { recursive: true });
  const libraries = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const namespace = ['unshare', '--mount', '--propagation', 'private'];
  const policy = ['--signature-policy', join(SETTINGS, 'policy.json')];
  const [command = '', ...rest] = args;
  const takesPolicy = ['bud', 'commit', 'from', 'push'].includes(command);
  const line = [command, ...(takesPolicy ? policy : []), ...rest];
  const inside = [...namespace, 'sh', '-c', IN_NAMESPACE, 'buildah', ownCache, tools, libraries, ...line];
  const environment = {
    ...process.env,
    BUILDAH_ISOLATION: 'chroot',
    CONTAINERS_CONF: join(SETTINGS, 'containers.conf'),
    CONTAINERS_REGISTRIES_CONF: join(SETTINGS, 'registries.conf'),
    CONTAINERS_STORAGE_CONF: join(SETTINGS, 'storage.conf'),
  };
  try {
    return await run(await locked('buildah', ['bash', SHARED, 'hold', ...inside]), environment);
  } finally {
    await run(['bash', SHARED, 'release']);
  }
}

async function writeSettings(): Promise<void> {
  await mkdir(SETTINGS, { recursive: true });
  const storage = ['driver = "overlay"', `graphroot = "${CACHE}/store"`, `runroot = "${CACHE}/store-run"`];
  await writeSetting('storage.conf', `[storage]\n${storage.join('\n')}\n`);
  // Else it makes /etc/cni on the machine, for networks that no build here has.
  await writeSetting('containers.conf', `[network]\nnetwork_config_dir = "${CACHE}/networks"\n`);
  await writeSetting('registries.conf', '');
  await writeSetting('policy.json', '{"default":[{"type":"insecureAcceptAnything"}]}\n');
}

/** Whole at each moment: the buildah of another suite may be reading it. */
async function writeSetting(name: string, text: string): Promise<void> {
  const fresh = join(SETTINGS, `${name}.${process.pid}`);
  await writeFile(fresh, text);
  await rename(fresh, join(SETTINGS, name));
}
