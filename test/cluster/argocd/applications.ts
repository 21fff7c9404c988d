// Applications as Argo CD's controller reports them, and those of the documentation with what is not to be had here put
// in: the node's Git repository, which holds the driver's chart too.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Json, Node } from '../node/node.ts';
import { ROOT } from '../provider.ts';
import { ARGOCD_NAMESPACE } from './installation.ts';

export const EXAMPLES = 'docs/examples/argocd';
/** More than it waits before it heals. */
const SETTLED_MS = 4_000;
/** As the documentation has it. */
const TEAM_REPOSITORY = 'https://git.example.com/team/platform.git';

export async function readExample(path: string, repositoryUrl: string): Promise<Json> {
  const text = await readFile(join(ROOT, EXAMPLES, path), 'utf8');
  return parse(text.replaceAll(TEAM_REPOSITORY, repositoryUrl));
}

export async function withRepository(path: string, repositoryUrl: string): Promise<string> {
  return (await readFile(join(ROOT, path), 'utf8')).replaceAll(TEAM_REPOSITORY, repositoryUrl);
}

export interface AppOptions {
  readonly name: string;
  readonly path: string;
  readonly namespace: string;
  readonly repositoryUrl: string;
  readonly plugin?: string;
}

/** One that syncs by itself, takes back changes by hand, and takes all it made with it. */
export function application({ name, path, namespace, repositoryUrl: repoURL, plugin }: AppOptions): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: ARGOCD_NAMESPACE, finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    spec: {
      project: 'default',
      destination: { server: 'https://kubernetes.default.svc', namespace },
      source: { repoURL, path, targetRevision: 'main', ...(plugin !== undefined && { plugin: { name: plugin } }) },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    },
  };
}

export function getApplication(node: Node, name: string): Promise<Json> {
  return node.get(`application/${name}`, '-n', ARGOCD_NAMESPACE);
}

/** Has it look at Git now, and not within three minutes. */
export async function refresh(node: Node, ...names: readonly string[]): Promise<void> {
  const applications = names.map((name) => `application/${name}`);
  const now = 'argocd.argoproj.io/refresh=normal';
  await node.kubectl(['annotate', '--overwrite', '-n', ARGOCD_NAMESPACE, ...applications, now]);
}

/** Synced to the revision and Healthy, by an operation that succeeded. */
export function untilSynced(node: Node, name: string, revision: string): Promise<Json> {
  return node.until(`Application ${name} is Synced and Healthy`, async () => {
    const application = await getApplication(node, name);
    const { sync, health, operationState, conditions } = application.status ?? {};
    const isDone =
      sync?.status === 'Synced' &&
      sync.revision === revision &&
      health?.status === 'Healthy' &&
      operationState?.phase === 'Succeeded';
    if (isDone) return application;
    const why = conditions?.map((one: Json) => one.message).join('; ') ?? operationState?.message;
    throw new Error(`${sync?.status} at ${sync?.revision}, ${health?.status}, ${operationState?.phase}: ${why}`);
  });
}

/**
 * The status once no operation was begun for a while: right after one, Argo CD often heals what it had compared before.
 */
export function untilSettled(node: Node, name: string): Promise<Json> {
  return node.until(`Application ${name} is left alone`, async () => {
    const { status: before } = await getApplication(node, name);
    await sleep(SETTLED_MS);
    const { status } = await getApplication(node, name);
    const isSettled =
      before.operationState.startedAt === status.operationState.startedAt && status.sync.status === 'Synced';
    return isSettled ? status : undefined;
  });
}
