// The chart, as helm and the API server take it, and the provider that it makes.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { checkChart, FEATURES, renderChart } from '../chart.ts';
import type { Json, Node } from '../node/node.ts';
import { importProvider, installProvider, PROVIDER_NAMESPACE, providerLog, providerPod, RELEASE } from '../provider.ts';
import { findPrometheusDefinitions } from '../tools/prometheus.ts';
import type { Step } from '../world.ts';

export const step: Step = {
  title: 'provider installed',
  proves: "the chart's image runs under the chart's own security context, is Ready, logs no error; all values apply",
  async run({ node, note }) {
    await importProvider(node);
    await installProvider(node);
    const { status } = await node.get(`daemonset/${RELEASE}`, '-n', PROVIDER_NAMESPACE);
    const { items: nodes } = await node.get('nodes');
    assert.equal(status.numberReady, nodes.length);
    const pod = await providerPod(node);
    assert.equal(pod.status.containerStatuses[0].restartCount, 0);
    assert.deepEqual(await privileges(node), {
      CapEff: '0000000000000000',
      CapBnd: '0000000000000000',
      NoNewPrivs: '1',
      // 2: a filter.
      Seccomp: '2',
      root: 'ro',
    });
    const lines = await providerLog(node);
    assert.deepEqual(
      lines.filter((line) => ['warn', 'error'].includes(line.level)),
      [],
    );
    const started = lines.find((line) => line.msg === 'started');
    note(`secretmount ${started?.version ?? ''} of image ${pod.spec.containers[0].image}, by helm`);

    const checked = await checkChart();
    const { files, objects } = await dryRun(node);
    note(`chart: ${checked.length} checks; ${objects} objects of ${files} values files pass the API server's dry run`);
  },
};

/** What the kernel says of the running process. */
async function privileges(node: Node): Promise<Record<string, string>> {
  const pid = (await node.run(['pgrep', '-f', '/app/secretmount.js'])).trim();
  assert.match(pid, /^\d+$/, 'one process');
  const [status, mounts] = await Promise.all(
    ['status', 'mounts'].map((name) => node.run(['cat', `/proc/${pid}/${name}`])),
  );
  const fields = status?.matchAll(/^(CapEff|CapBnd|NoNewPrivs|Seccomp):\t(\w+)$/gm) ?? [];
  const root = /^\S+ \/ \S+ (r[ow])\b/m.exec(mounts ?? '')?.[1] ?? 'none';
  return { ...Object.fromEntries([...fields].map(([, name, value]) => [name, value])), root };
}

/** Under another release's name, so that nothing is compared with what is installed. */
async function dryRun(node: Node): Promise<{ files: number; objects: number }> {
  const definitions = await findPrometheusDefinitions();
  for (const file of definitions) await node.kubectl(['apply', '-f', file]);
  await node.kubectl(['wait', '--for=condition=Established', ...definitions.flatMap((file) => ['-f', file])]);

  const files = await readdir(FEATURES);
  const items: Json[] = [];
  for (const file of files) {
    const yaml = await renderChart(`dry-${file.replace('.yaml', '')}`, '--values', join(FEATURES, file));
    items.push(...parseAllDocuments(yaml).flatMap((document) => document.toJS() ?? []));
  }
  // Strict: a field that the API server does not know is an error there.
  const apply = ['apply', '--dry-run=server', '--validate=strict', '-f', '-'];
  await node.kubectl(apply, { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
  return { files: files.length, objects: items.length };
}
