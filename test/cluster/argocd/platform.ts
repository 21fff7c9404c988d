// Driver, provider and one provider for each cluster, as docs/gitops.md has them for Argo CD. All are compared and rendered
// by Argo CD, and each manifest is accepted by the API server. The provider is synced too: Argo CD takes over what helm
// installed. The driver is not: it runs here from images that a machine without a registry can have.
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { VERSION } from '../../../src/version.ts';
import { untilRolledOut } from '../node/driver.ts';
import type { Json } from '../node/node.ts';
import { STORE_ADDRESS } from '../node/store.ts';
import { CHART, PROVIDER_NAMESPACE, RELEASE } from '../provider.ts';
import type { World } from '../world.ts';
import { getApplication, readExample, untilSynced } from './applications.ts';
import { ARGOCD_NAMESPACE, type Installation } from './installation.ts';

const DRIVER_CHART = 'charts/secrets-store-csi-driver';

export async function installPlatform({ node }: World, argoCd: Installation): Promise<string> {
  const { repository } = argoCd;
  const driverChart = join(dirname(node.tools.driverManifests), DRIVER_CHART);
  await cp(driverChart, join(repository.folder, DRIVER_CHART), { recursive: true });
  await cp(CHART, join(repository.folder, 'deploy/helm/secretmount'), { recursive: true });
  const revision = await repository.commit('The charts');
  const read = (path: string) => readExample(path, repository.url);
  const [driver, provider, clusters] = [
    await read('driver.yaml'),
    await read('provider.yaml'),
    await read('clusters.yaml'),
  ];
  const { chart, ...source } = driver.spec.source;
  assert.equal(chart, 'secrets-store-csi-driver');
  driver.spec.source = { ...source, repoURL: repository.url, path: DRIVER_CHART, targetRevision: 'main' };
  for (const { spec } of [driver, clusters.spec.template]) delete spec.syncPolicy.automated;
  const { image, store } = provider.spec.source.helm.valuesObject;
  store.address = STORE_ADDRESS;
  await node.tagImage(`docker.io/library/secretmount:${VERSION}`, `${image.repository}:${VERSION}`);
  await node.apply(driver, provider, clusters);

  const names = [driver.metadata.name, provider.metadata.name, 'secretmount-in-cluster'];
  const counts: string[] = [];
  for (const name of names) {
    const application = await node.until(`Application ${name} is compared`, async () => {
      const one = await getApplication(node, name);
      const { sync, conditions = [] } = one.status ?? {};
      const error = conditions.find(({ type }: Json) => type.endsWith('Error'));
      if (error !== undefined) throw new Error(error.message);
      return sync?.status === (name === provider.metadata.name ? 'Synced' : 'OutOfSync') && one;
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
  await untilSynced(node, provider.metadata.name, revision);
  const { spec } = await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
  assert.equal(spec.containers[0].image, `${image.repository}:${VERSION}`);
  await node.kubectl(['delete', 'applicationset/secretmount', '-n', ARGOCD_NAMESPACE]);
  await node.kubectl(['delete', 'applications', '-n', ARGOCD_NAMESPACE, ...names, '--ignore-not-found']);
  const { metadata } = await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
  assert.equal(metadata.deletionTimestamp, undefined, 'it outlives its Application');
  return `${counts.join(', ')} manifests, all accepted; Argo CD took the provider over from helm, Synced and Healthy`;
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
