// Driver, provider and one provider for each cluster, as docs/gitops.md has them for Argo CD. They are compared and
// rendered by Argo CD and refused by nothing at the API server; not synced, as both run here already, from images that a
// machine without a registry can have.
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Json } from '../node/node.ts';
import { CHART } from '../provider.ts';
import type { World } from '../world.ts';
import { getApplication, readExample } from './applications.ts';
import { ARGOCD_NAMESPACE, type Installation } from './installation.ts';

const DRIVER_CHART = 'charts/secrets-store-csi-driver';

export async function comparePlatform({ node }: World, argoCd: Installation): Promise<string> {
  const { repository } = argoCd;
  const driverChart = join(dirname(node.tools.driverManifests), DRIVER_CHART);
  await cp(driverChart, join(repository.folder, DRIVER_CHART), { recursive: true });
  await cp(CHART, join(repository.folder, 'deploy/helm/secretmount'), { recursive: true });
  await repository.commit('The charts');
  const read = (path: string) => readExample(path, repository.url);
  const [driver, provider, clusters] = [
    await read('driver.yaml'),
    await read('provider.yaml'),
    await read('clusters.yaml'),
  ];
  const { chart, ...source } = driver.spec.source;
  assert.equal(chart, 'secrets-store-csi-driver');
  driver.spec.source = { ...source, repoURL: repository.url, path: DRIVER_CHART, targetRevision: 'main' };
  for (const { spec } of [driver, provider, clusters.spec.template]) delete spec.syncPolicy.automated;
  await node.apply(driver, provider, clusters);

  const names = [driver.metadata.name, provider.metadata.name, 'secretmount-in-cluster'];
  const counts: string[] = [];
  for (const name of names) {
    const application = await node.until(`Application ${name} is compared`, async () => {
      const one = await getApplication(node, name);
      const { sync, conditions = [] } = one.status ?? {};
      const error = conditions.find(({ type }: Json) => type.endsWith('Error'));
      if (error !== undefined) throw new Error(error.message);
      return sync?.status === 'OutOfSync' && one;
    });
    const manifests = (await argoCd.render(application)).map((text) => JSON.parse(text));
    const namespace = application.spec.destination.namespace;
    const input = manifests.map((one) => stringify(one)).join('---\n');
    await node.kubectl(
      ['apply', '--dry-run=server', '--force-conflicts', '--server-side', '-n', namespace, '-f', '-'],
      { input },
    );
    counts.push(`${name} ${manifests.length}`);
    if (name === driver.metadata.name) assertDriver(manifests);
    if (name === names[2]) assert.match(input, /--vault-mount=kubernetes-in-cluster/);
  }
  await node.kubectl(['delete', 'applicationset/secretmount', '-n', ARGOCD_NAMESPACE]);
  await node.kubectl(['delete', 'applications', '-n', ARGOCD_NAMESPACE, ...names, '--ignore-not-found']);
  return `compared, rendered, accepted by the API server: ${counts.join(', ')} manifests`;
}

function assertDriver(manifests: readonly Json[]): void {
  const { spec } = manifests.find(({ kind }) => kind === 'CSIDriver');
  assert.deepEqual(spec.tokenRequests, [{ audience: 'vault' }, { audience: 'openbao' }]);
  const { template } = manifests.find(({ kind }) => kind === 'DaemonSet').spec;
  assert.match(stringify(template), /--enable-secret-rotation=true/);
}

/** What Argo CD's own runner of health scripts says of a record of the driver. */
export async function checkHealthScript({ node }: World, argoCd: Installation): Promise<string> {
  const record = join(argoCd.folder, 'tmp', 'record.yaml');
  const config = join(argoCd.folder, 'tmp', 'argocd-cm.yaml');
  const { items } = await node.get('secretproviderclasspodstatuses', '-n', 'shop');
  const health = async (object: Json) => {
    await node.run(['tee', record], { input: stringify(object) });
    await node.run(['tee', config], { input: stringify(await readExample('argocd-cm.yaml', '')) });
    const command = ['admin', 'settings', 'resource-overrides', 'health', record, `--argocd-cm-path=${config}`];
    return (await argoCd.cli(...command)).trim().replaceAll('\n', ', ');
  };
  const [mounted] = items;
  const said = await health(mounted);
  assert.match(said, /Healthy.*password \d+\.[0-9a-f]{12}/);
  assert.match(await health({ ...mounted, status: { ...mounted.status, mounted: false } }), /Progressing/);
  return said;
}
