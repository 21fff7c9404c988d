// The alerts as Prometheus evaluates them: alerts.test.yaml has a series of each and what must ring.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { findPromtool } from '../harness/promtool-binary.ts';
import { skip } from '../harness/skip.ts';

const RULES = resolve(import.meta.dirname, '../../deploy/helm/secretmount/alerts.yaml');
const TESTS = join(import.meta.dirname, 'alerts.test.yaml');

const alerts: readonly string[] = parse(readFileSync(RULES, 'utf8')).groups[0].rules.map(
  ({ alert }: { alert: string }) => alert,
);

interface Expectation {
  readonly alertname: string;
  readonly exp_alerts: readonly unknown[];
}

describe('the alerts', () => {
  it('have each a test in which it rings, and one in which it does not', () => {
    const tests: { readonly alert_rule_test: readonly Expectation[] }[] = parse(readFileSync(TESTS, 'utf8')).tests;
    const expected = tests.flatMap((test) => test.alert_rule_test);
    const of = (rings: boolean) => expected.filter(({ exp_alerts }) => exp_alerts.length > 0 === rings);
    for (const rings of [true, false])
      assert.deepEqual([...new Set(of(rings).map(({ alertname }) => alertname))].toSorted(), alerts.toSorted());
  });

  it('pass promtool test rules', async function () {
    const promtool = await findPromtool();
    if (promtool === undefined) skip(this, 'no promtool here; npm run downloads promtool says why');
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', TESTS], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  });
});
