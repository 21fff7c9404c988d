// The shop of docs/examples/argocd, as Argo CD's users have it in Git: an Application of Applications, in waves, with a
// Job before each sync; a rotation; and its end.
import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { Json } from '../node/node.ts';
import { inPod } from '../pods.ts';
import { ROOT } from '../provider.ts';
import type { World } from '../world.ts';
import {
  EXAMPLES,
  getApplication,
  readExample,
  refresh,
  untilSettled,
  untilSynced,
  withRepository,
} from './applications.ts';
import type { Installation } from './installation.ts';
import { dumpRedis } from './redis.ts';

export const SPACE = 'shop';
const APPS = ['shop-base', 'shop'];
const PODS = ['get', 'pods', '-n', SPACE, '-l', 'app=web', '-o', 'json'];

export class Shop {
  readonly #world: World;
  readonly #argoCd: Installation;

  constructor(world: World, argoCd: Installation) {
    this.#world = world;
    this.#argoCd = argoCd;
  }

  /** Synced and Healthy, each part in its turn. */
  async open(): Promise<string> {
    const { node } = this.#world;
    const { repository } = this.#argoCd;
    const folder = join(ROOT, EXAMPLES);
    await cp(folder, join(repository.folder, EXAMPLES), { recursive: true });
    for (const name of await readdir(join(folder, 'apps'))) {
      const path = join(EXAMPLES, 'apps', name);
      await repository.write(path, await withRepository(path, repository.url));
    }
    const revision = await repository.commit('The shop');
    const startedAt = performance.now();
    await node.apply(await readExample('root.yaml', repository.url));
    const [base, shop] = [await untilSynced(node, 'shop-base', revision), await untilSynced(node, 'shop', revision)];
    await untilSynced(node, 'team', revision);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);

    const [job, secretClass, deployment] = [
      await node.get('job/migrate', '-n', SPACE),
      await node.get('secretproviderclass/db', '-n', SPACE),
      await node.get('deployment/web', '-n', SPACE),
    ];
    assertInOrder({
      'shop-base is synced': base.status.operationState.finishedAt,
      'Application shop is made': shop.metadata.creationTimestamp,
      'its PreSync Job is done': job.status.completionTime,
      'its class, wave -1': secretClass.metadata.creationTimestamp,
      'its Deployment, wave 0': deployment.metadata.creationTimestamp,
    });
    return `${seconds} s: shop-base, then the PreSync Job with its class, class (wave -1), Deployment (wave 0)`;
  }

  /** A Job before the sync that mounts a class of the sync itself. */
  async tooLate(): Promise<string> {
    const { node } = this.#world;
    const { repository } = this.#argoCd;
    const job = join(EXAMPLES, 'shop/migrate.yaml');
    const text = await withRepository(job, repository.url);
    await repository.write(job, text.replace('secretProviderClass: migrations', 'secretProviderClass: late'));
    const secretClass = await withRepository(join(EXAMPLES, 'shop-base/migrations.yaml'), repository.url);
    const [, late = ''] = secretClass.replace('name: migrations', 'name: late').split('---\n');
    await repository.write(join(EXAMPLES, 'shop/late.yaml'), late);
    await repository.commit('A class that comes after its Job');
    await refresh(node, 'shop');
    const event = await node.until('the event of the Job that waits', async () => {
      const { items } = await node.get('events', '-n', SPACE, '--field-selector=reason=FailedMount');
      return items.map((one: Json) => one.message).find((message: string) => message.includes('"late" not found'));
    });
    const { operationState } = (await getApplication(node, 'shop')).status;
    assert.equal(operationState.phase, 'Running');
    await assert.rejects(node.get('secretproviderclass/late', '-n', SPACE), /not found/);
    await repository.write(job, text);
    await repository.remove(join(EXAMPLES, 'shop/late.yaml'));
    const revision = await repository.commit('Back again');
    // As `argocd app terminate-op` does: Argo CD waits for the Job, whatever comes in Git meanwhile.
    const terminate = JSON.stringify({ status: { operationState: { phase: 'Terminating' } } });
    await node.kubectl(['patch', 'application/shop', '-n', 'argocd', '--type=merge', '-p', terminate]);
    await refresh(node, 'shop');
    // What is compared is as it was, so that no other operation begins.
    await node.until('Application shop is as it was', async () => {
      const { sync, operationState: last } = (await getApplication(node, 'shop')).status;
      return last.phase === 'Failed' && sync.status === 'Synced' && sync.revision === revision;
    });
    return `the operation stays Running, its pod says: ${/SecretProviderClass.*not found/.exec(event)?.[0] ?? event}`;
  }

  /** In Argo CD's own words, which its web pages show. */
  async tree(): Promise<string> {
    const { node } = this.#world;
    const nodes = await node.until('the resource tree with the Secret below its pod', async () => {
      const redis = await dumpRedis(this.#argoCd.redisSocket);
      const parts = [...redis].filter(([key]) => key.startsWith('app|resources-tree|shop|'));
      const all: Json[] = parts.flatMap(([, bytes]) => JSON.parse(gunzipSync(bytes).toString()).nodes ?? []);
      return all.some(({ kind }) => kind === 'Secret') ? all : undefined;
    });
    const one = (kind: string, name = /^/) =>
      nodes.find((candidate: Json) => candidate.kind === kind && name.test(candidate.name));
    const [replicas, pod] = [one('ReplicaSet'), one('Pod', /^web-/)];
    const [record, secret] = [one('SecretProviderClassPodStatus', /^web-/), one('Secret')];
    const parentOf = (of: Json) => of.parentRefs.map((parent: Json) => parent.name).join();
    assert.equal(parentOf(pod), replicas.name);
    assert.equal(parentOf(secret), replicas.name);
    assert.equal(parentOf(record), pod.name);
    assert.match(record.health.message, /^password \d+\.[0-9a-f]{12}$/);
    assert.equal(record.health.status, 'Healthy');
    return `ReplicaSet > Secret db; ReplicaSet > Pod > SecretProviderClassPodStatus (${record.health.status}: "${record.health.message}")`;
  }

  /** Reaches file and Secret, while Argo CD, which takes back a change by hand, has nothing to do. */
  async rotate(value: string): Promise<string> {
    const { node, store } = this.#world;
    const before = await untilSettled(node, 'shop');
    await store.write('shop/db', { password: value });
    const startedAt = performance.now();
    const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    const pod = await this.#pod();
    const states = new Set<string>();
    const until = async (what: string, look: () => Promise<string>) => {
      await node.until(what, async () => {
        states.add((await getApplication(node, 'shop')).status.sync.status);
        return (await look()) === value;
      });
      return seconds();
    };
    const inFile = await until('the rotated file', () =>
      inPod(node, SPACE, pod.metadata.name, 'cat', '/secrets/password'),
    );
    const inSecret = await until('the rotated Secret', async () => {
      const { data } = await node.get('secret/db', '-n', SPACE);
      return Buffer.from(data.password, 'base64').toString();
    });
    await refresh(node, 'shop');
    await node.until('a comparison after it', async () => {
      const { status } = await getApplication(node, 'shop');
      states.add(status.sync.status);
      return status.reconciledAt > before.reconciledAt;
    });
    const after = (await getApplication(node, 'shop')).status;
    assert.deepEqual([...states], ['Synced']);
    assert.equal(after.operationState.startedAt, before.operationState.startedAt, 'no operation was begun');
    assert.equal((await this.#pod()).metadata.uid, pod.metadata.uid, 'the pod is the same');
    return `file after ${inFile}, Secret after ${inSecret}; Synced all the while, no operation, the same pod`;
  }

  /** Without it that nothing was undone would prove little. */
  async heals(): Promise<string> {
    const { node } = this.#world;
    await node.kubectl(['scale', 'deployment/web', '-n', SPACE, '--replicas=2']);
    const startedAt = performance.now();
    await sleep(500);
    await node.until('the scaling to be taken back', async () => {
      const { spec } = await node.get('deployment/web', '-n', SPACE);
      return spec.replicas === 1;
    });
    await node.until('one pod', async () => JSON.parse(await node.kubectl(PODS)).items.length === 1);
    return `a change by hand was taken back after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  }

  /** First its Deployment leaves Git, then all of it is deleted. */
  async close(): Promise<string> {
    const { node } = this.#world;
    const { repository } = this.#argoCd;
    const { uid } = (await this.#pod()).metadata;
    await repository.remove(join(EXAMPLES, 'shop/web.yaml'));
    const revision = await repository.commit('No Deployment any more');
    await refresh(node, 'shop');
    const prunedAt = performance.now();
    await untilSynced(node, 'shop', revision);
    await node.until('no Secret, record or mount is left', async () => {
      const { items } = await node.get(
        'secrets,secretproviderclasspodstatuses,pods',
        '-n',
        SPACE,
        '-l',
        '!batch.kubernetes.io/job-name',
      );
      const left = items.filter((one: Json) => !one.metadata.name.includes('migrate'));
      const mounts = (await node.run(['cat', '/proc/mounts'])).includes(uid);
      if (left.length === 0 && !mounts) return true;
      throw new Error(`${left.map((one: Json) => `${one.kind}/${one.metadata.name}`).join()}; mounted: ${mounts}`);
    });
    const pruned = ((performance.now() - prunedAt) / 1000).toFixed(1);
    await node.kubectl(['delete', 'application/team', '-n', 'argocd', '--timeout=120s']);
    const kinds = 'deployments,jobs,pods,secrets,secretproviderclasses,secretproviderclasspodstatuses';
    await node.until('nothing of it is left', async () => {
      const { items } = await node.get(kinds, '-n', SPACE);
      if (items.length === 0) return true;
      throw new Error(items.map((one: Json) => `${one.kind}/${one.metadata.name}`).join());
    });
    for (const name of APPS) await assert.rejects(getApplication(node, name), /not found/);
    return `pruned: pod, record, Secret and mount gone after ${pruned} s; deleted: nothing left in the namespace`;
  }

  async #pod(): Promise<Json> {
    const { items } = JSON.parse(await this.#world.node.kubectl(PODS));
    const running = items.filter((one: Json) => one.metadata.deletionTimestamp === undefined);
    assert.equal(running.length, 1);
    return running[0];
  }
}

/** Times of Kubernetes are whole seconds, so that two may be the same. */
function assertInOrder(times: Readonly<Record<string, string>>): void {
  const given = Object.entries(times);
  const sorted = given.toSorted(([, left], [, right]) => left.localeCompare(right));
  assert.deepEqual(given, sorted);
}
