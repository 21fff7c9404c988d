// The simulation of many nodes on one store: its time, its store, and what a node does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Connections } from '../../bench/fleet/connections.ts';
import { type Fleet, renewals, restart, rollout, steady } from '../../bench/fleet/fleet.ts';
import {
  DEFAULTS,
  FLIGHT_REQUESTS,
  FREE_CONNECTION_MS,
  kubeletPauseMs,
  PROBE_PATIENCE_MS,
  RECOVERY_STEP_MS,
} from '../../bench/fleet/settings.ts';
import { FleetStore, READS_OF_A_LOGIN } from '../../bench/fleet/store.ts';
import { leastThat } from '../../bench/fleet/tables.ts';
import { Timeline } from '../../bench/fleet/timeline.ts';

const OWN = { pods: 20, objects: 3, logins: 20 };
const SHARED = { ...OWN, logins: 4 };
const AMPLE = 1e6;
const NODES = 10;

function fleet(rest: Partial<Fleet> = {}): Fleet {
  return { nodes: NODES, shape: OWN, settings: DEFAULTS, readsPerSecond: AMPLE, manner: 'stubborn', ...rest };
}

describe('the settings of a simulation', () => {
  /** These are the code's own and not exported: a simulation is no reason for it. */
  for (const [file, name, value] of [
    ['cli/composition.ts', 'SHARED_REQUESTS', FLIGHT_REQUESTS],
    ['vault/agents.ts', 'FREE_SOCKET_MS', FREE_CONNECTION_MS],
    ['fetch/request-dispatcher.ts', 'PROBE_PATIENCE_MS', PROBE_PATIENCE_MS],
    ['fetch/request-dispatcher.ts', 'RECOVERY_STEP_MS', RECOVERY_STEP_MS],
  ] as const) {
    it(`have ${name} as src/${file} has it`, () => {
      const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
      const [, digits = ''] = new RegExp(`^const ${name} = ([\\d_]+);`, 'm').exec(text) ?? [];
      assert.equal(Number(digits.replaceAll('_', '')), value);
    });
  }

  it("have the flags' defaults", () => {
    const { storeConcurrency, requestTimeoutMs, mountTimeoutMs, coalesceWindowMs, pollWindowMs } = DEFAULTS;
    assert.deepEqual(
      [storeConcurrency, requestTimeoutMs, mountTimeoutMs, coalesceWindowMs, pollWindowMs],
      [32, 10_000, 30_000, 1_000, 30_000],
    );
  });
});

describe('the time of a simulation', () => {
  it('runs events by their moment, and those of one moment in the order in which they were set', () => {
    const timeline = new Timeline();
    const seen: string[] = [];
    for (const [at, name] of [
      [5, 'c'],
      [1, 'a'],
      [5, 'd'],
      [3, 'b'],
      [9, 'late'],
    ] as const)
      timeline.at(at, () => seen.push(`${name}${timeline.now()}`));
    timeline.at(1, () => timeline.at(0, () => seen.push(`not before ${timeline.now()}`)));
    timeline.run(5);
    assert.deepEqual(seen, ['a1', 'not before 1', 'b3', 'c5', 'd5']);
  });
});

describe('the store of a simulation', () => {
  it('answers so much a second, a login for so many reads, and not sooner than what came before', () => {
    const store = new FleetStore(new Timeline(), 100, 'stubborn');
    const answers = [store.ask('read', true, 1e4), store.ask('login', false, 1e4), store.ask('read', false, 1e4)];
    assert.deepEqual(answers, [10, 10 + 10 * READS_OF_A_LOGIN, 20 + 10 * READS_OF_A_LOGIN]);
    assert.deepEqual(store.seconds, [{ logins: 1, reads: 2, opened: 1 }]);
  });

  it('is kept busy by what nobody waits for only if it is stubborn', () => {
    for (const [manner, second] of [
      ['stubborn', 30],
      ['heeding', 20],
    ] as const) {
      const store = new FleetStore(new Timeline(), 100, manner);
      store.ask('read', false, 1e4);
      store.ask('read', false, 15);
      assert.equal(store.ask('read', false, 1e4), second, manner);
    }
  });
});

describe("a node's connections", () => {
  it('are taken last in, first out, and closed after fifteen seconds without use', () => {
    const connections = new Connections();
    assert.deepEqual([connections.take(0), connections.take(0)], [true, true]);
    connections.release(1);
    connections.release(2);
    assert.equal(connections.take(10_000), false);
    connections.release(10_000);
    assert.equal(connections.open(14_000), 2);
    assert.equal(connections.open(16_000), 1);
    assert.equal(connections.take(30_000), true);
  });
});

describe('nodes that return at once', () => {
  it('log in and read for each pod, or once for each account that is shared', () => {
    const own = restart(fleet(), 1_000);
    assert.deepEqual([own.logins, own.requests], [NODES * 20, NODES * 20 * 4]);
    const shared = restart(fleet({ shape: SHARED }), 1_000);
    assert.deepEqual([shared.logins, shared.requests], [NODES * 4, NODES * 4 * 4]);
    assert.deepEqual([own.failedCalls, own.timedOut, shared.failedCalls], [0, 0, 0]);
  });

  it('never have more under way than each is allowed', () => {
    const slow = restart(fleet({ readsPerSecond: 200 }), 1_000);
    assert.ok(slow.connections <= NODES * DEFAULTS.storeConcurrency, `${slow.connections}`);
    const settings = { ...DEFAULTS, storeConcurrency: 3 };
    assert.equal(restart(fleet({ readsPerSecond: 200, settings }), 1_000).connections, NODES * 3);
  });

  it('come again after a failure, until all are mounted', () => {
    const { failedCalls, allMs } = restart(fleet({ readsPerSecond: 30, manner: 'heeding' }), 1_000);
    assert.ok(failedCalls > 0);
    assert.ok(allMs !== undefined && allMs > 30_000, `${allMs}`);
  });

  it('count the same of many nodes as of few', () => {
    const few = restart(fleet({ nodes: 250, readsPerSecond: 2_000 }), 1_000);
    const many = restart(fleet({ nodes: 5_000, readsPerSecond: 40_000 }), 1_000);
    assert.equal(many.requests, 20 * few.requests);
    assert.equal(many.logins, 20 * few.logins);
    // 17.5 s of work for the store.
    assert.deepEqual([few.allMs, many.allMs], [18_000, 18_000]);
  });
});

describe('polls of many nodes', () => {
  const ROTATION_MS = 120_000;

  it('read all objects of each pod in each interval, and fewer where pods share', () => {
    const all = (NODES * OWN.pods * OWN.objects) / 120;
    const own = steady(fleet(), ROTATION_MS);
    assert.ok(Math.abs(own.reads - all) < 0.01 * all, `${own.reads} of ${all}`);
    const shared = steady(fleet({ shape: SHARED }), ROTATION_MS);
    assert.ok(shared.reads < 0.7 * all, `${shared.reads} of ${all}`);
  });

  it('log in anew after a rollout only if nothing was kept', () => {
    const found = (keepsState: boolean) => rollout(fleet(), 0.5, 30_000, ROTATION_MS, keepsState);
    assert.equal(found(true).logins, 0);
    assert.equal(found(false).logins, NODES * OWN.logins);
  });
});

describe('renewals', () => {
  it('come each at its own moment, and the wave of a restart flattens', () => {
    const { peak, mean } = renewals(50_000, 60_000, 3_600_000);
    // All of the first generation within 20 % of an hour; later on one in 70 % of an hour.
    assert.ok(peak > 50_000 / 780 && peak < 200, `${peak}`);
    assert.ok(Math.abs(mean - 50_000 / 2_520) < 2, `${mean}`);
  });
});

describe('the least that is enough', () => {
  it('is found to a tenth, written with two digits, and is enough', () => {
    for (const least of [130, 4_711, 98_000]) {
      const found = leastThat((figure) => figure >= least, 100, 1e6);
      assert.ok(found >= least && found < 1.2 * least, `${found} for ${least}`);
      assert.match(String(found), /^\d\d0*$/);
    }
  });

  it('leaves the kubelet its two minutes', () => {
    assert.deepEqual([1, 2, 3, 9, 30].map(kubeletPauseMs), [500, 1_000, 2_000, 122_000, 122_000]);
  });
});
