// buildah without Docker, a registry or an installation: Debian's packages, unpacked into the cache, run in a mount
// namespace of their own. Needs root, apt and a kernel with overlayfs; leaves what a base is to build-base.ts.
import { spawn } from 'node:child_process';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Shared with the rest of the cluster suite; only the folder `image` in it is ours. */
export const CACHE = join(process.env['SECRETMOUNT_CACHE'] ?? join(homedir(), '.cache/secretmount'), 'cluster/image');

/** What buildah links beyond a minimal Debian, and what makes (mmdebstrap) and runs (runc) images beside it. */
const PACKAGES = [
  'buildah',
  'golang-github-containers-common',
  'libassuan0',
  'libgpg-error0',
  'libgpgme11',
  'libsubid4',
  'mmdebstrap',
  'runc',
];
const TOOLS = join(CACHE, 'tools');
const SETTINGS = join(CACHE, 'settings');
/** Chroot isolation starts buildah again with a clean environment, so LD_LIBRARY_PATH would be lost: the unpacked
 *  libraries are laid over the loader's own folder instead. */
const WITH_LIBRARIES =
  'mount -t overlay overlay -o "lowerdir=$1$2:$2" "$2" && tools=$1 && shift 2 && exec "$tools/usr/bin/buildah" "$@"';

/** The path of a program from Debian's packages, fetched at the first call. */
export async function findTool(name: string): Promise<string> {
  if (!(await exists(TOOLS))) await fetchTools();
  return join(TOOLS, name);
}

async function fetchTools(): Promise<void> {
  const fresh = `${TOOLS}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await run(['apt-get', 'download', ...PACKAGES], { cwd: fresh });
  await run(['sh', '-c', 'for deb in *.deb; do dpkg -x "$deb" . && rm "$deb"; done'], { cwd: fresh });
  await rename(fresh, TOOLS);
}

/** What buildah printed, without the line end. */
export async function buildah(...args: string[]): Promise<string> {
  const tools = await findTool('');
  await writeSettings();
  const libraries = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const namespace = ['unshare', '--mount', '--propagation', 'private'];
  const policy = ['--signature-policy', join(SETTINGS, 'policy.json')];
  const [command = '', ...rest] = args;
  const takesPolicy = ['bud', 'commit', 'from', 'push'].includes(command);
  const line = [command, ...(takesPolicy ? policy : []), ...rest];
  return run([...namespace, 'sh', '-c', WITH_LIBRARIES, 'buildah', tools, libraries, ...line], {
    env: {
      ...process.env,
      BUILDAH_ISOLATION: 'chroot',
      CONTAINERS_CONF: join(SETTINGS, 'containers.conf'),
      CONTAINERS_REGISTRIES_CONF: join(SETTINGS, 'registries.conf'),
      CONTAINERS_STORAGE_CONF: join(SETTINGS, 'storage.conf'),
    },
  });
}

async function writeSettings(): Promise<void> {
  await mkdir(SETTINGS, { recursive: true });
  const storage = ['driver = "overlay"', `graphroot = "${CACHE}/store"`, `runroot = "${CACHE}/store-run"`];
  await writeFile(join(SETTINGS, 'storage.conf'), `[storage]\n${storage.join('\n')}\n`);
  await writeFile(join(SETTINGS, 'containers.conf'), '');
  await writeFile(join(SETTINGS, 'registries.conf'), '');
  await writeFile(join(SETTINGS, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}\n');
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What it wrote to standard output, without the last line end. A failure shows all that it wrote. */
export function run([command = '', ...args]: readonly string[], options: RunOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Half an hour is ten times what the slowest step takes on an empty cache.
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: 1_800_000 });
  let out = '';
  let all = '';
  child.stdout.on('data', (text) => {
    out += text;
    all += text;
  });
  child.stderr.on('data', (text) => {
    all += text;
  });
  child.once('error', reject);
  child.once('close', (code) => {
    if (code === 0) resolve(out.trimEnd());
    else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${all}`));
  });
  return promise;
}
