// The chart as helm sees it: lint, each feature rendered and looked into, what must be refused, and the manifests that
// are checked in. Takes helm and kubectl from the cluster suite's cache; test/deploy/ has what needs neither.
//   node test/cluster/chart.ts          checks
//   node test/cluster/chart.ts --write  writes deploy/secretmount.yaml anew
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { checkManifests } from '../../src/check/check.ts';
import { parseArgs } from '../../src/cli/args.ts';
import { readOptions } from '../../src/cli/options.ts';
import { EXPECTED, REFUSED, type Rendered } from './chart-expected.ts';
import { cacheFolder } from './tools/cache.ts';
import { runCommand } from './tools/commands.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CHART = join(ROOT, 'deploy/helm/secretmount');
export const FEATURES = join(import.meta.dirname, 'chart-values');
/** The one value that the chart needs; in deploy/secretmount.yaml a name that nobody can own. */
const IMAGE = join(import.meta.dirname, 'chart-image.yaml');
const MANIFESTS = join(ROOT, 'deploy/secretmount.yaml');

function run(tool: 'helm' | 'kubectl', args: readonly string[]): Promise<string> {
  return runCommand([join(cacheFolder, 'bin', tool), ...args]);
}

export function renderChart(release: string, ...args: readonly string[]): Promise<string> {
  return run('helm', ['template', release, CHART, '--namespace', 'secretmount', '--values', IMAGE, ...args]);
}

/** By kind; the chart makes at most one of each. */
function byKind(yaml: string): Rendered {
  const documents = parseAllDocuments(yaml, { uniqueKeys: true });
  for (const { errors } of documents) assert.deepEqual(errors, []);
  const objects = documents.map((document) => document.toJS()).filter((object) => object !== null);
  for (const { kind, metadata } of objects) {
    for (const text of [metadata.name, ...Object.values(metadata.labels ?? {})]) {
      assert.equal(typeof text, 'string', `${kind}: ${JSON.stringify(text)} is not a string`);
    }
  }
  assert.equal(new Set(objects.map(({ kind }) => kind)).size, objects.length, 'one of each kind');
  return Object.fromEntries(objects.map((object) => [object.kind, object]));
}

/** What people without Helm apply: a namespace, and the chart without what only Helm is told by. */
async function manifests(): Promise<string> {
  const head = `# Made from the chart in deploy/helm/secretmount with its default values; for an image of your own see
# deploy/kustomize.
`;
  const namespace = readFileSync(join(ROOT, 'deploy/helm/namespace.yaml'), 'utf8');
  const rendered = await renderChart('secretmount');
  return head + namespace + rendered.replace(/^ +(app\.kubernetes\.io\/managed-by|helm\.sh\/chart): .*\n/gm, '');
}

/** Runs all checks; the first that fails throws. Returns what was checked, a line each. */
export async function checkChart(): Promise<string[]> {
  const checked: string[] = [];
  const features = readdirSync(FEATURES).map((file) => file.replace(/\.yaml$/, ''));
  assert.deepEqual(features.toSorted(), Object.keys(EXPECTED).toSorted(), 'each feature is expected to do something');
  const valuesOf = (feature: string) => ['--values', join(FEATURES, `${feature}.yaml`)];

  await run('helm', ['lint', '--strict', CHART]);
  checked.push('lint, defaults');
  for (const [feature, expect] of Object.entries(EXPECTED)) {
    await run('helm', ['lint', '--strict', CHART]);
    const objects = byKind(await renderChart('secretmount', ...valuesOf(feature)));
    expect(objects);
    // The daemon would start with them.
    readOptions(parseArgs(objects['DaemonSet'].spec.template.spec.containers[0].args).flags, {});
    checked.push(`lint and template, ${feature}`);
  }
  for (const release of ['y', '1e3', 'null', 'a-release-name-of-exactly-fifty-three-characters-long']) {
    byKind(await renderChart(release, ...valuesOf('monitoring')));
  }
  checked.push('releases whose names are YAML, and the longest');
  for (const [setting, words] of REFUSED) {
    await assert.rejects(
      renderChart('secretmount', '--set', setting),
      (error: Error) => words.test(error.message),
      setting,
    );
  }
  checked.push(`${REFUSED.length} problems in values refused`);
  assert.equal(readFileSync(MANIFESTS, 'utf8'), await manifests(), 'run node test/cluster/chart.ts --write');
  checked.push('deploy/secretmount.yaml is the chart');
  await checkOverlay();
  checked.push('kustomize overlay');
  await checkObjectsOverlay();
  checked.push('kustomize puts a list of objects into a class');
  return checked;
}

/** As its own comment says to use it. */
async function checkOverlay(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'secretmount-overlay-'));
  try {
    cpSync(join(ROOT, 'deploy/kustomize'), folder, { recursive: true });
    cpSync(MANIFESTS, join(folder, 'secretmount.yaml'));
    const { DaemonSet: daemonSet, ConfigMap: caCertificates } = byKind(await run('kubectl', ['kustomize', folder]));
    const { containers, volumes } = daemonSet.spec.template.spec;
    assert.equal(containers[0].image, 'registry.example.com/team/secretmount:0.1.0');
    assert.ok(containers[0].args.includes('--vault-addr=https://vault.example.com:8200'));
    assert.match(caCertificates.metadata.name, /^vault-ca-[a-z0-9]{10}$/);
    assert.equal(volumes.at(-1).configMap.name, caCertificates.metadata.name);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** deploy/kustomize-objects: the class has the text of the file, and nothing of what carries it is built. */
async function checkObjectsOverlay(): Promise<void> {
  const folder = join(ROOT, 'deploy/kustomize-objects');
  const built = await run('kubectl', ['kustomize', folder]);
  const [one, ...others] = parseAllDocuments(built).map((document) => document.toJS());
  assert.deepEqual(others, []);
  assert.equal(one.spec.parameters.objects, readFileSync(join(folder, 'objects.yaml'), 'utf8'));
  assert.deepEqual(checkManifests([{ name: 'built', text: built }]), { findings: [], classCount: 1 });
}

if (import.meta.main) {
  if (process.argv.includes('--write')) writeFileSync(MANIFESTS, await manifests());
  for (const line of await checkChart()) console.log(`ok  ${line}`);
}
