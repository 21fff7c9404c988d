import assert from 'node:assert/strict';
import { REASONS } from '../../src/errors.ts';
import { metricTable } from '../../src/observe/metric-table.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { cpuMs } from '../harness/cpu-time.ts';
import { FAILED, makeMount } from './facts.ts';

async function sample(metrics: ReturnType<typeof createMetrics>, start: string): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(start));
}

/** Without what stands at 0. */
async function counted(metrics: ReturnType<typeof createMetrics>, start: string): Promise<string[]> {
  return (await sample(metrics, start)).filter((line) => !line.endsWith(' 0'));
}

describe('createMetrics', () => {
  it('has every pair of labels at 0 from the start, so that the first increase is one', async () => {
    const metrics = createMetrics({ version: '1' });
    const reasons = Object.keys(REASONS);
    const expect = async (name: string, labels: readonly string[]) =>
      assert.deepEqual(
        (await sample(metrics, `${name}{`)).toSorted(),
        labels.map((pair) => `${name}{${pair}} 0`).toSorted(),
      );
    const calls = ['first', 'poll'];
    await expect(
      'secretmount_mounts_total',
      calls.flatMap((call) => [
        ...['ok', 'stale'].map((outcome) => `call="${call}",outcome="${outcome}",reason=""`),
        ...reasons.map((reason) => `call="${call}",outcome="failed",reason="${reason}"`),
      ]),
    );
    await expect(
      'secretmount_mount_duration_seconds_count',
      calls.flatMap((call) => ['ok', 'stale', 'failed'].map((outcome) => `call="${call}",outcome="${outcome}"`)),
    );
    const operations = ['login', 'read', 'renew', 'lookup', 'revoke', 'health'];
    await expect(
      'secretmount_store_requests_total',
      operations.flatMap((operation) =>
        ['ok', ...reasons].map((outcome) => `operation="${operation}",outcome="${outcome}"`),
      ),
    );
    await expect(
      'secretmount_store_request_duration_seconds_count',
      operations.map((operation) => `operation="${operation}"`),
    );
    const events = ['issued', 'renewed', 'replaced', 'revoked', 'lost'].map((event) => `event="${event}"`);
    await expect('secretmount_lease_events_total', events);
    const states = ['active', 'due', 'superseded'].map((state) => `state="${state}"`);
    await expect('secretmount_leases', states);
    await expect('secretmount_kept_bytes', ['what="last answers"', 'what="leases"']);
    const parts = ['state-folder', 'version-key', 'pod-watch'].map((part) => `part="${part}"`);
    await expect('secretmount_degraded', parts);
  });

  it('tells which part it has to do without, until it has it', async () => {
    const metrics = createMetrics({ version: '1' });
    metrics.emit({ type: 'degraded', part: 'version-key', isDegraded: true });
    assert.deepEqual(await counted(metrics, 'secretmount_degraded'), ['secretmount_degraded{part="version-key"} 1']);
    metrics.emit({ type: 'degraded', part: 'version-key', isDegraded: false });
    assert.deepEqual(await counted(metrics, 'secretmount_degraded'), []);
  });

  it('counts answers that are near their end', async () => {
    const metrics = createMetrics({ version: '1' });
    metrics.emit({ type: 'leases', active: 3, due: 1, superseded: 0, nearEnd: 2 });
    assert.deepEqual(await sample(metrics, 'secretmount_leases_near_end'), ['secretmount_leases_near_end 2']);
  });

  it('counts mounts by call, outcome and reason, with their time', async () => {
    const metrics = createMetrics({ version: '1' });
    metrics.emit(makeMount({ ms: 12 }));
    metrics.emit(makeMount({ ms: 12 }));
    metrics.emit(makeMount({ ...FAILED, isFirst: false }));
    assert.deepEqual(await counted(metrics, 'secretmount_mounts_total'), [
      'secretmount_mounts_total{call="first",outcome="ok",reason=""} 2',
      'secretmount_mounts_total{call="poll",outcome="failed",reason="key-missing"} 1',
    ]);
    const ofFirst = (name: string) => sample(metrics, `secretmount_mount_duration_seconds_${name}`);
    assert.deepEqual(await ofFirst('sum{call="first",outcome="ok"}'), [
      'secretmount_mount_duration_seconds_sum{call="first",outcome="ok"} 0.024',
    ]);
    assert.deepEqual(await ofFirst('bucket{le="0.01",call="first",outcome="ok"}'), [
      'secretmount_mount_duration_seconds_bucket{le="0.01",call="first",outcome="ok"} 0',
    ]);
  });

  it('counts requests by operation and outcome', async () => {
    const metrics = createMetrics({ version: '1' });
    metrics.emit({ type: 'request', operation: 'read', reason: undefined, ms: 5 });
    metrics.emit({ type: 'request', operation: 'read', reason: 'read-forbidden', ms: 5 });
    assert.deepEqual(await counted(metrics, 'secretmount_store_requests_total'), [
      'secretmount_store_requests_total{operation="read",outcome="ok"} 1',
      'secretmount_store_requests_total{operation="read",outcome="read-forbidden"} 1',
    ]);
  });

  it('shows the last of each count', async () => {
    const metrics = createMetrics({ version: '1' });
    metrics.emit({ type: 'sessions', count: 4 });
    metrics.emit({ type: 'sessions', count: 3 });
    metrics.emit({ type: 'slots', inUse: 5, waiting: 6 });
    metrics.emit({ type: 'volumes', count: 7, stale: 2 });
    metrics.emit({ type: 'mount-memory', usedBytes: 4096, waiting: 3 });
    metrics.emit({ type: 'mount-time', waiting: 2 });
    metrics.emit({ type: 'leases', active: 3, due: 2, superseded: 1, nearEnd: 0 });
    metrics.emit({ type: 'leases', active: 4, due: 0, superseded: 1, nearEnd: 0 });
    metrics.emit({ type: 'kept', what: 'leases', sizeBytes: 11 });
    metrics.emit({ type: 'kept', what: 'last answers', sizeBytes: 12 });
    metrics.emit({ type: 'kept', what: 'last answers', sizeBytes: 13 });
    const text = await metrics.text();
    for (const line of [
      'secretmount_sessions 3',
      'secretmount_store_slots_in_use 5',
      'secretmount_store_slots_waiting 6',
      'secretmount_volumes 7',
      'secretmount_volumes_stale 2',
      'secretmount_mount_memory_bytes 4096',
      'secretmount_mount_memory_waiting 3',
      'secretmount_mount_time_waiting 2',
      'secretmount_leases{state="active"} 4',
      'secretmount_leases{state="due"} 0',
      'secretmount_kept_bytes{what="leases"} 11',
      'secretmount_kept_bytes{what="last answers"} 13',
    ]) {
      assert.ok(text.split('\n').includes(line), line);
    }
  });

  it('shows counts as they are whenever it is asked', async () => {
    const metrics = createMetrics({ version: '1' });
    for (const count of [4, 3]) {
      metrics.emit({ type: 'sessions', count });
      assert.deepEqual(await sample(metrics, 'secretmount_sessions '), [`secretmount_sessions ${count}`]);
    }
  });

  it('counts addresses with an open circuit, each once', async () => {
    const metrics = createMetrics({ version: '1' });
    const state = (address: string, isOpen: boolean) =>
      metrics.emit({ type: 'circuit', address, isOpen, reason: undefined });
    state('a', true);
    state('a', true);
    state('b', true);
    state('c', false);
    assert.deepEqual(await sample(metrics, 'secretmount_circuit_open'), ['secretmount_circuit_open 2']);
    state('a', false);
    assert.deepEqual(await sample(metrics, 'secretmount_circuit_open'), ['secretmount_circuit_open 1']);
  });

  it("shows the process's own numbers as they are now", async () => {
    const metrics = createMetrics({ version: '1.2.3' });
    assert.deepEqual(await sample(metrics, 'secretmount_build_info'), ['secretmount_build_info{version="1.2.3"} 1']);
    const number = async (name: string) => Number((await sample(metrics, `${name} `))[0]?.split(' ')[1]);
    const before = await number('process_cpu_seconds_total');
    for (const untilMs = cpuMs() + 30; cpuMs() < untilMs; );
    assert.ok((await number('process_cpu_seconds_total')) > before);
    const { user, system } = process.cpuUsage();
    assert.ok((await number('process_cpu_seconds_total')) < (user + system) / 1e6 + 0.1);
    assert.ok((await number('process_resident_memory_bytes')) > 10_000_000);
    assert.ok((await number('process_open_fds')) > 2);
    assert.ok(Math.abs((await number('process_start_time_seconds')) - (Date.now() / 1000 - process.uptime())) < 2);
  });

  it('exports exactly what the table lists, without a label that names a class, path, pod or account', async () => {
    const metrics = createMetrics({ version: '1' });
    const types = [...(await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    assert.deepEqual(
      types.toSorted(),
      metricTable()
        .map(({ name, type }) => `${name} ${type}`)
        .toSorted(),
    );
    const labels = new Set(metricTable().flatMap((row) => row.labels));
    assert.deepEqual([...labels].toSorted(), [
      ...['call', 'event', 'operation', 'outcome', 'part', 'reason', 'state', 'version', 'what'],
    ]);
  });

  it('keeps two sets of metrics apart', async () => {
    const [one, other] = [createMetrics({ version: '1' }), createMetrics({ version: '1' })];
    one.emit(makeMount());
    assert.deepEqual(await counted(other, 'secretmount_mounts_total'), []);
  });
});
