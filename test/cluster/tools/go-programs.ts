// The programs that are built from Go modules, each module in a folder beside this file with its versions pinned in
// go.mod and go.sum. All are static, as most of them end up in an image without a C library.
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, digestOf, exists, findKept, keep, type Log, requireFree } from './cache.ts';
import { runCommand } from './commands.ts';

interface GoModule {
  readonly folder: string;
  /** The module whose version names the folder in the cache. */
  readonly main: string;
  /** Package by the name of its program. */
  readonly programs: Readonly<Record<string, string>>;
  /** Variables that the release builds set as well. */
  readonly variables: (version: string) => Readonly<Record<string, string>>;
}

/** Helm judges a chart's `kubeVersion` by what it was linked for; as released, 3.x says the version it was made with. */
const HELM: GoModule = {
  folder: 'helm',
  main: 'helm.sh/helm/v3',
  programs: { helm: 'helm.sh/helm/v3/cmd/helm' },
  variables: (version) => ({
    'helm.sh/helm/v3/internal/version.version': version,
    'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor': '1',
    'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor': '34',
    'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor': '1',
    'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor': '34',
  }),
};

/** The folder of each minor version that the suite can run on. */
const KUBERNETES_FOLDERS: Readonly<Record<string, string>> = { '1.34': 'kubernetes', '1.37': 'kubernetes-1.37' };
const USUAL_KUBERNETES = '1.34';

/** Without the variables the API server says v0.0.0-master, which no chart's `kubeVersion` allows. */
function kubernetes(minor: string): GoModule {
  const folder = KUBERNETES_FOLDERS[minor];
  if (folder === undefined)
    throw new Error(`KUBERNETES=${minor}: there are ${Object.keys(KUBERNETES_FOLDERS).join(' and ')}`);
  return {
    folder,
    main: 'k8s.io/kubernetes',
    programs: {
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      kubelet: 'k8s.io/kubernetes/cmd/kubelet',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
      registrar: './registrar',
    },
    variables: (version) => ({
      'k8s.io/component-base/version.gitVersion': version,
      'k8s.io/component-base/version.gitMajor': '1',
      'k8s.io/component-base/version.gitMinor': minor.split('.')[1] ?? '',
    }),
  };
}

const DRIVER: GoModule = {
  folder: 'driver',
  main: 'sigs.k8s.io/secrets-store-csi-driver',
  programs: {
    'secrets-store-csi-driver': 'sigs.k8s.io/secrets-store-csi-driver/cmd/secrets-store-csi-driver',
  },
  variables: () => ({}),
};

/** One program, whose parts go by the name they are called by. */
const ARGOCD: GoModule = {
  folder: 'argocd',
  main: 'github.com/argoproj/argo-cd/v3',
  programs: { argocd: 'github.com/argoproj/argo-cd/v3/cmd' },
  variables: (version) => ({ 'github.com/argoproj/argo-cd/v3/common.version': version.slice(1) }),
};

/** One program, the first of a module, took up to 4 minutes on two cores with cold caches, and more beside other work. */
const BUILD_WITHIN_MS = 60 * 60_000;
/** What Go's own build cache grew to, and the module cache beside it. */
const BUILD_CACHE_BYTES = 4 * 2 ** 30;

export interface GoPrograms {
  readonly helm: string;
  readonly kubernetes: string;
  readonly driver: string;
  /** Where the driver's module is: its manifests are below deploy/. */
  readonly driverSource: string;
}

/**
 * The folders with the programs. What is missing is built: with cold caches all of it took 7.8 minutes on two cores that
 * were free, and 21 on two that had other work.
 */
export async function buildGoPrograms(log: Log, signal?: AbortSignal): Promise<GoPrograms> {
  const build = (module: GoModule) => buildModule(module, log, signal);
  // One after the other: each build uses all cores by itself.
  const helm = await build(HELM);
  const built = await build(kubernetes(process.env['KUBERNETES'] || USUAL_KUBERNETES));
  const driver = await build(DRIVER);
  return { helm, kubernetes: built, driver, driverSource: await sourceOf(DRIVER) };
}

export interface ArgoCd {
  /** The folder with the program. */
  readonly folder: string;
  /** Where its module is: the definitions of its kinds are below manifests/crds. */
  readonly source: string;
  readonly version: string;
}

/** @returns undefined if it was not built, which takes too long to be done beside other work */
export async function findArgoCd(): Promise<ArgoCd | undefined> {
  const folder = await findKept((await recipeOf(ARGOCD)).name);
  return folder === undefined ? undefined : describeArgoCd(folder);
}

export async function buildArgoCd(log: Log, signal?: AbortSignal): Promise<ArgoCd> {
  return describeArgoCd(await buildModule(ARGOCD, log, signal));
}

async function describeArgoCd(folder: string): Promise<ArgoCd> {
  return { folder, source: await sourceOf(ARGOCD), version: await versionOf(ARGOCD) };
}

async function sourceOf(module: GoModule): Promise<string> {
  const moduleCache = (await runCommand(['go', 'env', 'GOMODCACHE'], { env: goEnvironment })).trim();
  const source = join(moduleCache, `${module.main}@${await versionOf(module)}`);
  if (!(await exists(source))) await runCommand(['go', 'mod', 'download'], goIn(module));
  return source;
}

/** How a module's programs are built, and the name that says so in the cache. */
async function recipeOf(module: GoModule): Promise<{ readonly name: string; readonly flags: readonly string[] }> {
  const goVersion = (await runCommand(['go', 'env', 'GOVERSION'], { env: goEnvironment })).trim();
  const version = await versionOf(module);
  const variables = Object.entries(module.variables(version)).map(([name, value]) => `-X ${name}=${value}`);
  const flags = ['-trimpath', `-ldflags=-s -w ${variables.join(' ')}`];
  const digest = await digestOf(flags, join(import.meta.dirname, module.folder));
  return { name: `${module.folder}-${version}-${goVersion}-${digest}`, flags };
}

async function buildModule(module: GoModule, log: Log, signal?: AbortSignal): Promise<string> {
  const { name: kept, flags } = await recipeOf(module);
  const version = await versionOf(module);
  return keep(kept, log, async (folder) => {
    await requireFree(cacheFolder, BUILD_CACHE_BYTES, `building ${module.folder}`);
    for (const [name, path] of Object.entries(module.programs)) {
      const startedAt = performance.now();
      log(`building ${name} ${version} on ${cpus().length} cores`);
      const options = { ...goIn(module), timeoutMs: BUILD_WITHIN_MS, ...(signal && { signal }) };
      await runCommand(['go', 'build', ...flags, '-o', join(folder, name), path], options);
      log(`built ${name} in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    }
  });
}

/** GOFLAGS of the developer's shell must not decide what is built. */
const goEnvironment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local' };

function goIn(module: GoModule): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: join(import.meta.dirname, module.folder), env: goEnvironment };
}

async function versionOf(module: GoModule): Promise<string> {
  const text = await readFile(join(import.meta.dirname, module.folder, 'go.mod'), 'utf8');
  const line = text.split('\n').find((one) => one.replace('require ', '').trim().startsWith(`${module.main} v`));
  const version = line?.split(' ').find((word) => /^v\d/.test(word));
  if (version === undefined) throw new Error(`go.mod in ${module.folder} does not name ${module.main}`);
  return version;
}
