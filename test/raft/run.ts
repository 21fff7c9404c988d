// `npm run raft`, for a person and for CI: three nodes of OpenBao, or of Vault with STORE=vault, that lose their leader,
// their keys and their quorum, while pods on a node run and come. Ends with a table; the exit code is 0 only if nothing
// was wrong.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startDaemon } from '../harness/daemon.ts';
import type { LoginMethod } from '../harness/openbao.ts';
import { ACTIVE_SERVICE, Balancer, oneNode, SERVICE, type Way } from './balancer.ts';
import { FAULTS, type Fault, play } from './faults.ts';
import { type Figures, figuresOf, lineOf, tableOf } from './figures.ts';
import { OwnNetwork } from './own-network.ts';
import { Pods, RUNNING } from './pods.ts';
import { RaftCluster } from './raft-cluster.ts';

const QUIET_MS = 5_000;
/** It bounds a hang and judges no speed. */
const FRESH_WITHIN_MS = 60_000;
/** A pod that starts takes a login and three reads; a mount that finds the store gone makes one attempt. */
const MOST_PER_CALL = 4;
const POLICY = 'path "secret/data/*" { capabilities = ["read"] }';

const { values } = parseArgs({
  options: {
    way: { type: 'string', multiple: true, default: ['service', 'active', 'node'] },
    faults: { type: 'string' },
    program: { type: 'string' },
    // Of the daemon: `--flag=--request-timeout=5s`.
    flag: { type: 'string', multiple: true, default: [] },
    // In a network of its own: `unshare -rn node test/raft/run.ts --unplug`.
    unplug: { type: 'boolean', default: false },
  },
});
const network = values.unplug ? OwnNetwork.setUp() : undefined;
const faults = FAULTS.filter(
  ({ name, needsOwnNetwork }) =>
    (needsOwnNetwork === undefined || network !== undefined) && new RegExp(values.faults ?? '').test(name),
);
const findings: string[] = [];

const cluster = await RaftCluster.start(network);
console.log(`${cluster.product} ${cluster.version}: three nodes over raft, ${RUNNING} pods, each polled every 2 s`);
try {
  await cluster.enableKv();
  await cluster.request('PUT', 'sys/policies/acl/app', { policy: POLICY });
  const logins = await cluster.enableLogins();
  for (const method of [logins.jwt, logins.kubernetes]) await method.addRole('app', { policies: ['app'] });
  for (const name of values.way) await playWay(await wayOf(name), logins);
} finally {
  await cluster.stop();
}
for (const finding of findings) console.log(`! ${finding}`);
console.log(findings.length === 0 ? 'nothing was wrong' : `${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);

async function wayOf(name: string): Promise<Way> {
  if (name === 'service') return SERVICE;
  if (name === 'active') return ACTIVE_SERVICE;
  const leader = await cluster.leader();
  const standby = cluster.nodes.find((node) => node !== leader);
  if (name !== 'node' || standby === undefined) throw new Error(`--way is service, active or node, not ${name}`);
  return oneNode(standby);
}

async function playWay(way: Way, logins: { jwt: LoginMethod; kubernetes: LoginMethod }): Promise<void> {
  const balancer = await Balancer.start(way, cluster.nodes);
  const args = [
    `--vault-addr=http://127.0.0.1:${balancer.port}`,
    '--poll-window=500ms',
    '--coalesce-window=100ms',
    ...values.flag,
  ];
  const daemon = await startDaemon({ args, ...(values.program !== undefined && { program: values.program }) });
  const namedAddress = `http://localhost:${balancer.port}`;
  const pods = new Pods({ cluster, driver: daemon.driver(), namedAddress, ...logins });
  const stale = async () =>
    counterOf((await daemon.http('/metrics')).text, /_mounts_total\{[^}]*outcome="stale"[^}]*\} (\d+)/g);
  const rows: Figures[] = [];
  try {
    await pods.start();
    for (const fault of faults) {
      const row = await playFault(fault, way, balancer, pods, stale);
      console.log(lineOf(row));
      rows.push(row);
    }
  } finally {
    await pods.stop();
    findings.push(...pods.wrong.map((wrong) => `${way.name}: wrong files: ${wrong}`));
    await daemon.stop();
    await balancer.stop();
  }
  console.log(`\n${way.name}\n\n${tableOf(rows)}`);
  for (const { fault, texts } of rows)
    for (const [text, count] of texts) console.log(`${fault}: ${count} times: ${text}`);
}

async function playFault(
  fault: Fault,
  way: Way,
  balancer: Balancer,
  pods: Pods,
  stale: () => Promise<number>,
): Promise<Figures> {
  if (way.standby !== undefined) await cluster.makeStandby(way.standby);
  await pods.untilFresh(FRESH_WITHIN_MS);
  const quietAt = performance.now();
  await sleep(QUIET_MS);
  const staleBefore = await stale();
  const { struckAt, leaderAfterMs } = await play(fault, cluster);
  const isFresh = await pods.untilFresh(FRESH_WITHIN_MS);
  const stuck = await pods.mountWaiting(FRESH_WITHIN_MS);
  const wholeAt = performance.now();
  await sleep(QUIET_MS);
  const span = { from: struckAt, to: wholeAt };
  const before = { from: quietAt, to: struckAt };
  const stalePolls = (await stale()) - staleBefore;
  const figures = figuresOf(fault.name, pods.calls, balancer, leaderAfterMs, stalePolls, before, span);
  const where = `${way.name}, ${fault.name}`;
  if (!isFresh) findings.push(`${where}: running pods did not get what was written last`);
  if (stuck.length > 0) findings.push(`${where}: pods that never mounted: ${stuck.join(' ')}`);
  const failed = pods.calls.filter(({ isNew, endAt, failure }) => !isNew && endAt >= struckAt && failure !== undefined);
  for (const { pod, failure } of failed.slice(0, 5)) findings.push(`${where}: poll of ${pod} failed: ${failure}`);
  if (failed.length > 0) findings.push(`${where}: ${failed.length} polls of running pods failed`);
  if (figures.requestsPerCall > MOST_PER_CALL)
    findings.push(`${where}: ${figures.requestsPerCall.toFixed(1)} requests for each call while the store was away`);
  return figures;
}

function counterOf(text: string, lines: RegExp): number {
  return [...text.matchAll(lines)].reduce((sum, [, count]) => sum + Number(count), 0);
}
