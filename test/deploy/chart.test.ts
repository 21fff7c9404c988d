// What can be said of the chart without helm: test/cluster/chart.ts has the rest.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { readValues, valuesTable } from '../../deploy/helm/values-table.ts';
import { FLAGS } from '../../src/cli/flags.ts';
import { metricTable } from '../../src/observe/metric-table.ts';
import { VERSION } from '../../src/version.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CHART = join(ROOT, 'deploy/helm/secretmount');
const FEATURES = join(ROOT, 'test/cluster/chart-values');

const read = (file: string) => readFileSync(join(CHART, file), 'utf8');
const values = readValues(read('values.yaml'));

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

describe('the chart', () => {
  it('has the values in its README as they are', () => {
    const text = read('README.md');
    const mark = '<!-- table: values -->\n';
    const from = text.indexOf(mark) + mark.length;
    const to = text.indexOf('<!-- end -->', from);
    const made = `${valuesTable(read('values.yaml'))}\n`;
    if (process.env['UPDATE_DOCS'])
      writeFileSync(join(CHART, 'README.md'), text.slice(0, from) + made + text.slice(to));
    else assert.equal(text.slice(from, to), made, 'run UPDATE_DOCS=1 npm test');
  });

  it('has a schema for each value, and for no other', () => {
    // `global` is what helm hands from a parent chart.
    const paths = schemaPaths(JSON.parse(read('values.schema.json')), '').filter((path) => !path.startsWith('global.'));
    assert.deepEqual(paths.toSorted(), values.map(({ path }) => path).toSorted());
  });

  it('is rendered with each value set to something by the cluster suite', () => {
    const set = readdirSync(FEATURES).map((file) => parse(readFileSync(join(FEATURES, file), 'utf8')));
    for (const { path } of values) {
      assert.ok(
        set.some((feature) => has(feature, path.split('.'))),
        `no file of test/cluster/chart-values sets ${path}`,
      );
    }
  });

  it('has the version of the program', () => {
    const { version, appVersion } = parse(read('Chart.yaml'));
    assert.deepEqual({ version, appVersion }, { version: VERSION, appVersion: VERSION });
    assert.match(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'), new RegExp(`image\\.version="${VERSION}"`));
  });

  it('passes only flags that there are', () => {
    const known = new Set(FLAGS.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
    const passed = [...read('templates/daemonset.yaml').matchAll(/(?:"|- )--([a-z-]+)/g)].map(([, name = '']) => name);
    assert.ok(passed.length >= 15);
    for (const name of passed) assert.ok(known.has(name), `--${name}`);
  });

  it('passes no flag to Node that the image does not, and all that docs/operations.md names', () => {
    const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const named = /`node (--.+?)\s+dist\/secretmount\.js`/s.exec(operations)?.[1]?.split(/\s+/);
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    const entry = [...(/^ENTRYPOINT .*$(?:\n .*$)*/m.exec(dockerfile)?.[0] ?? '').matchAll(/"(--[^"]+)"/g)];
    assert.deepEqual(
      entry.map(([, flag]) => flag),
      named,
    );
  });

  for (const file of ['dashboards/secretmount.json', 'alerts.yaml']) {
    it(`asks only for metrics that there are: ${file}`, () => {
      const known = new Set(metricTable().flatMap(({ name, type }) => series(name, type)));
      const expressions = read(file).matchAll(/"?expr"?: (.+)/g);
      const asked = [...expressions].flatMap(([, text = '']) => [...text.matchAll(/\b(?:secretmount|process)_\w+/g)]);
      assert.ok(asked.length >= 5);
      for (const [name] of asked) assert.ok(known.has(name), name);
    });
  }

  it('shows each metric of its own on the dashboard', () => {
    const dashboard = read('dashboards/secretmount.json');
    for (const { name } of metricTable()) assert.ok(dashboard.includes(name), name);
  });
});

function series(name: string, type: string): string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
}

/** A map that takes anything is one value. */
function schemaPaths({ properties }: Schema, above: string): string[] {
  return Object.entries(properties ?? {}).flatMap(([name, schema]) =>
    schema.properties === undefined ? [above + name] : schemaPaths(schema, `${above}${name}.`),
  );
}

function has(tree: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  return typeof tree === 'object' && tree !== null && first in tree && has(tree[first as keyof typeof tree], rest);
}
