// docs/install.md, followed to the letter by a reader on the node, but for its section on coming from another provider,
// which takes one: step 16 follows that.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { blocksOf } from '../../docs/page.ts';
import type { Json, Node } from '../node/node.ts';
import { AUDIENCES, PAGE, Reader } from '../reader.ts';
import type { Step } from '../world.ts';

const STORE_PORT = 8250;

export const step: Step = {
  title: 'docs/install.md',
  proves: 'its commands, one after the other as they stand, lead from nothing to a pod with its secret, and back',
  async run({ node, note }) {
    const reader = await Reader.start(node, STORE_PORT);
    try {
      const commands = blocksOf(PAGE).filter(({ mark }) => mark === 'command: cluster');
      await reader.follow(commands);
      const lines = commands.reduce((sum, command) => sum + command.text.trim().split('\n').length, 0);
      note(`${commands.length} blocks, ${lines} lines; stood in for: docker, and the driver's chart is only rendered`);
      await assertDriverChart(node, join(reader.folder, 'driver.yaml'));
    } finally {
      await reader.stop();
    }
  },
};

/** The page's values do in the driver's own chart what the node's driver is set to. */
async function assertDriverChart(node: Node, file: string): Promise<void> {
  const objects: Json[] = parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS());
  const of = (kind: string, name: string) =>
    objects.find((object) => object?.kind === kind && object.metadata.name.includes(name));
  const { spec } = await node.get('csidriver/secrets-store.csi.k8s.io');
  const { requiresRepublish, tokenRequests } = of('CSIDriver', '').spec;
  assert.deepEqual([requiresRepublish, tokenRequests], [true, AUDIENCES.map((audience) => ({ audience }))]);
  assert.deepEqual([spec.requiresRepublish, spec.tokenRequests], [requiresRepublish, tokenRequests]);
  const { args } = of('DaemonSet', '').spec.template.spec.containers.find((one: Json) => one.name === 'secrets-store');
  for (const flag of ['--enable-secret-rotation=true', '--rotation-poll-interval=2m'])
    assert.ok(args.includes(flag), flag);
  assert.ok(of('ClusterRole', 'syncing'), 'the right to make Secrets');
}
