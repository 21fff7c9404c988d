// What the driver itself leaves empty, whatever a provider does: docs/known-limits.md. Should a later driver leave it
// empty no more, this step says so.
import assert from 'node:assert/strict';
import { ABSENT_PROVIDER, bringBack, removeAbsentProvider, startAbsentProvider } from '../node/absent-provider.ts';
import { applyDriver } from '../node/driver.ts';
import type { Json, Node } from '../node/node.ts';
import {
  inPod,
  openNamespace,
  pod,
  SEE_AT_START,
  secretClass,
  seenAtStart,
  untilReady,
  waitsForFile,
} from '../pods.ts';
import { DRIVER_OPTIONS, type Step, type World } from '../world.ts';

const SPACE = 'limit';
const VOLUMES = { '/secrets': 'absent' };
/** The driver leaves a volume empty that is younger than its interval: longer than its three tries at any pace. */
const EMPTY_INTERVAL = '10m';

export const step: Step = {
  title: "the driver's own limit",
  proves: 'a provider gone for all tries of a first mount: the volume is empty; the init container of the docs waits',
  async run(world) {
    const { node } = world;
    await openNamespace(node, SPACE);
    await startAbsentProvider(node);
    try {
      await applyDriver(node, { ...DRIVER_OPTIONS, pollInterval: EMPTY_INTERVAL });
      await startsEmpty(world);
    } finally {
      await removeAbsentProvider(node);
      await applyDriver(node, DRIVER_OPTIONS);
    }
  },
};

async function startsEmpty({ node, note }: World): Promise<void> {
  const guarded = pod(SPACE, 'guarded', { volumes: VOLUMES, command: SEE_AT_START }) as Json;
  guarded.spec.initContainers = [waitsForFile(guarded.spec.containers[0].volumeMounts)];
  const bare = pod(SPACE, 'bare', { volumes: VOLUMES, command: SEE_AT_START });
  await node.apply(secretClass(SPACE, 'absent', { provider: ABSENT_PROVIDER, objects: [] }), bare, guarded);
  await untilReady(node, SPACE, 'bare');
  assert.match(await seenAtStart(node, SPACE, 'bare'), /No such file/);
  await node.until('a vain look of the guarded pod', async () => (await vainLooks(node)) > 0);
  await bringBack(node);
  // Its next poll fills the volume.
  await applyDriver(node, DRIVER_OPTIONS);
  await untilReady(node, SPACE, 'guarded');
  assert.equal(await seenAtStart(node, SPACE, 'guarded'), 'filled');
  note(`the guarded pod started filled after ${await vainLooks(node)} vain looks`);
  await assert.rejects(inPod(node, SPACE, 'bare', 'cat', '/secrets/password'), /No such file/);
}

/** How often the init container ended without the file. */
async function vainLooks(node: Node): Promise<number> {
  const { status } = await node.get('pod/guarded', '-n', SPACE);
  return status.initContainerStatuses[0].restartCount;
}
