// An Application that argocd-vault-plugin renders, and the same one once `secretmount migrate` has changed it, while its
// pods run: they write down what they see, ten times a second.
import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PROGRAM } from '../../harness/program.ts';
import type { Json } from '../node/node.ts';
import { ROOT_TOKEN, STORE_ADDRESS } from '../node/store.ts';
import { runCommand } from '../tools/commands.ts';
import type { World } from '../world.ts';
import { application, getApplication, refresh, untilSynced } from './applications.ts';
import { ARGOCD_NAMESPACE, type Installation, PLUGIN_NAME } from './installation.ts';
import { overlapOf } from './looks.ts';

export const LEGACY = 'legacy';
const SOURCES = join(import.meta.dirname, 'legacy');

export class Legacy {
  readonly #world: World;
  readonly #argoCd: Installation;
  readonly #seen: string;

  constructor(world: World, argoCd: Installation) {
    this.#world = world;
    this.#argoCd = argoCd;
    this.#seen = join(world.node.stateFolder, 'seen-by-pods');
  }

  async open(value: string): Promise<string> {
    const { node } = this.#world;
    const { repository } = this.#argoCd;
    await mkdir(this.#seen);
    await chmod(this.#seen, 0o777);
    for (const name of await readdir(SOURCES)) {
      const text = await readFile(join(SOURCES, name), 'utf8');
      await repository.write(join(LEGACY, name), text.replace('/seen-by-pods', this.#seen));
    }
    const revision = await repository.commit('An Application of the plugin');
    const { url: repositoryUrl } = repository;
    const startedAt = performance.now();
    await node.apply(
      application({ name: LEGACY, path: LEGACY, namespace: LEGACY, repositoryUrl, plugin: PLUGIN_NAME }),
    );
    await untilSynced(node, LEGACY, revision);
    assert.equal(await this.#secret(), value);
    return `${((performance.now() - startedAt) / 1000).toFixed(1)} s: Synced and Healthy, the plugin put the value into the Secret`;
  }

  /** As docs/migrate.md says. */
  async migrate(others: readonly string[]): Promise<string> {
    const { node } = this.#world;
    const { repository } = this.#argoCd;
    const unrelated = await this.#unrelated(others);
    const out = join(node.stateFolder, 'migrated');
    const source = join(repository.folder, LEGACY);
    await runCommand([process.execPath, PROGRAM, 'migrate', source, `--out=${out}`, `--namespace=${LEGACY}`]);
    const env = [
      `PATH=${dirname(node.tools.bao)}:/usr/bin:/bin`,
      `BAO_ADDR=${STORE_ADDRESS}`,
      `BAO_TOKEN=${ROOT_TOKEN}`,
    ];
    await node.run(['env', ...env, 'sh', join(out, 'store-roles.sh')]);

    const keep = 'argocd.argoproj.io/sync-options=Prune=false';
    await node.kubectl(['annotate', 'secret/db', '-n', LEGACY, keep]);
    for (const name of await readdir(SOURCES)) {
      await repository.write(join(LEGACY, name), await readFile(join(out, name), 'utf8'));
    }
    const revision = await repository.commit('Migrated');
    await refresh(node, LEGACY);
    const rolled = await node.until('the new pod alone', async () => {
      const pods = await this.#pods();
      const [pod] = pods;
      return pods.length === 1 && pod.spec.volumes.some((one: Json) => one.csi !== undefined) && pod;
    });
    await node.until('the new pod is Ready', async () => {
      const [pod] = await this.#pods();
      return pod.status.conditions.some((one: Json) => one.type === 'Ready' && one.status === 'True');
    });
    await node.until("the Secret is the driver's, without a mark of Argo CD", async () => {
      const { metadata } = await node.get('secret/db', '-n', LEGACY);
      return !JSON.stringify(metadata.annotations ?? {}).includes('argocd.argoproj.io');
    });
    await refresh(node, LEGACY);
    await untilSynced(node, LEGACY, revision);
    const patch = '[{"op": "remove", "path": "/spec/source/plugin"}]';
    await node.kubectl(['patch', `application/${LEGACY}`, '-n', ARGOCD_NAMESPACE, '--type=json', '-p', patch]);
    await refresh(node, LEGACY);
    await node.until('it is rendered without the plugin', async () => {
      const { sync, sourceType } = (await getApplication(node, LEGACY)).status;
      return sourceType === 'Directory' && sync.status === 'Synced';
    });
    assert.deepEqual(await this.#unrelated(others), unrelated, 'other pods are those that were there, never restarted');
    assert.equal(rolled.metadata.uid, (await this.#pods())[0].metadata.uid);
    const logs = (await readdir(this.#seen)).map((name) => readFile(join(this.#seen, name), 'utf8'));
    assert.equal(logs.length, 2);
    const { looks, seconds } = overlapOf(await Promise.all(logs));
    return `${looks} looks of old and new pod, none without a secret; side by side for ${seconds} s; other pods untouched`;
  }

  /** A Secret that the plugin made is now kept up to date by the driver. */
  async rotate(value: string): Promise<string> {
    const { node, store } = this.#world;
    await store.write('legacy/db', { password: value });
    const startedAt = performance.now();
    await node.until('the rotated Secret', async () => (await this.#secret()) === value);
    return `the Secret that the plugin had made followed the store ${((performance.now() - startedAt) / 1000).toFixed(1)} s later`;
  }

  async close(): Promise<string> {
    const { node } = this.#world;
    await node.kubectl(['delete', `application/${LEGACY}`, '-n', ARGOCD_NAMESPACE, '--timeout=120s']);
    const kinds = 'deployments,pods,secrets,secretproviderclasses,secretproviderclasspodstatuses';
    await node.until('nothing of it is left', async () => {
      const { items } = await node.get(kinds, '-n', LEGACY);
      if (items.length === 0) return true;
      throw new Error(items.map((one: Json) => `${one.kind}/${one.metadata.name}`).join());
    });
    return 'the migrated Application too, with the Secret that the plugin had made';
  }

  async #secret(): Promise<string> {
    const { data } = await this.#world.node.get('secret/db', '-n', LEGACY);
    return Buffer.from(data.password, 'base64').toString();
  }

  async #pods(): Promise<readonly Json[]> {
    const { items } = await this.#world.node.get('pods', '-n', LEGACY, '-l', 'app=web');
    return items;
  }

  /** Uids and restarts of pods that are not its own. */
  async #unrelated(namespaces: readonly string[]): Promise<readonly string[]> {
    const own = await this.#world.node.get('pods', '-n', LEGACY, '-l', 'app=other');
    const lists = await Promise.all(namespaces.map((name) => this.#world.node.get('pods', '-n', name)));
    const pods = [own, ...lists].flatMap(({ items }) => items);
    return pods.map(({ metadata, status }: Json) => {
      const restarts = status.containerStatuses.map((one: Json) => one.restartCount);
      return `${metadata.namespace}/${metadata.name} ${metadata.uid} ${restarts}`;
    });
  }
}
