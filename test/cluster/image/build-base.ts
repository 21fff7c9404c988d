// A stand-in for the Dockerfile's BUILD_BASE where no registry is reachable: a minimal Debian 12 from its packages,
// with the npm of this machine. How this machine reaches npm's registry (its address, its CA certificates) is in the
// stand-in, so that the Dockerfile needs to know nothing of it.
import { realpath, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from '../tools/cache.ts';
import { buildah, CACHE, findTool, run } from './buildah.ts';

export const BUILD_BASE = 'localhost/secretmount-build-base';
/** Raise it where the stand-in changes, so that an older one in a cache is not used. */
const EDITION = 1;
const CA_CERTIFICATES = '/etc/ssl/machine-authorities.pem';

/** Makes the base if the store has none; returns its name. */
export async function ensureBuildBase(): Promise<string> {
  const name = `${BUILD_BASE}:${EDITION}`;
  const names = await buildah('images', '--format', '{{.Name}}:{{.Tag}}');
  if (names.split('\n').includes(name)) return name;
  const container = await buildah('from', 'scratch');
  try {
    await buildah('add', container, await ensureDebian(), '/');
    const npm = dirname(dirname(await realpath(await run(['which', 'npm']))));
    await buildah('copy', container, npm, '/usr/local/lib/node_modules/npm');
    await buildah('copy', container, await realpath(process.execPath), '/usr/local/bin/node');
    await buildah('run', container, '--', 'ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', '/usr/local/bin/npm');
    const env = await machineEnvironment(container);
    await buildah('config', ...env.flatMap((pair) => ['--env', pair]), container);
    await buildah('commit', container, name);
  } finally {
    await buildah('rm', container);
  }
  return name;
}

async function ensureDebian(): Promise<string> {
  const tar = join(CACHE, 'debian-bookworm.tar');
  if (await exists(tar)) return tar;
  // The loader and the libraries of Node, and what the base images of Node have of certificates: none is needed twice.
  const include = '--include=ca-certificates,libatomic1,libstdc++6';
  const fresh = `${tar}.${process.pid}.tar`;
  await run([
    'perl',
    await findTool('usr/bin/mmdebstrap'),
    '--mode=root',
    '--variant=minbase',
    include,
    'bookworm',
    fresh,
  ]);
  await rename(fresh, tar);
  return tar;
}

async function machineEnvironment(container: string): Promise<string[]> {
  const registry = await run(['npm', 'config', 'get', 'registry']);
  const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `NPM_CONFIG_REGISTRY=${registry}`];
  const caCertificates = process.env['NODE_EXTRA_CA_CERTS'];
  if (!caCertificates) return env;
  await buildah('copy', container, caCertificates, CA_CERTIFICATES);
  return [...env, `NODE_EXTRA_CA_CERTS=${CA_CERTIFICATES}`];
}
