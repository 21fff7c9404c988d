// `npm run test:cluster`: builds what is missing, brings a node up, runs the numbered steps in order, shows a table
// and takes everything down, also after a failure and after Ctrl-C. Arguments: numbers of steps to run (01 always).
import { cp, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDriver } from './node/driver.ts';
import { Node } from './node/node.ts';
import { Store } from './node/store.ts';
import { closeNamespaces, keepNamespaces } from './pods.ts';
import { PROVIDER_NAMESPACE } from './provider.ts';
import { formatTable, type Outcome } from './table.ts';
import { endCommands } from './tools/commands.ts';
import { prepareTools } from './tools/tools.ts';
import { DRIVER_OPTIONS, type Step, type World } from './world.ts';

/** A step that hangs must not hold the suite; the slowest takes two minutes, and each of its waits is bounded. */
const STEP_WITHIN_MS = 30 * 60_000;

class Suite {
  readonly outcomes: Outcome[] = [];
  readonly #startedAt = performance.now();
  readonly #interruption: AbortSignal;

  constructor(interruption: AbortSignal) {
    this.#interruption = interruption;
  }

  readonly log = (line: string): void => {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1).padStart(6);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };

  /** @throws the step's failure, after it was written down */
  async measure<T>(name: string, proves: string, work: (note: World['note']) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const notes: string[] = [];
    this.log(`${name} ...`);
    const end = (failure?: unknown) => {
      const seconds = (performance.now() - startedAt) / 1000;
      this.outcomes.push({ name, proves, notes, seconds, state: failure === undefined ? 'ok' : 'FAILED' });
      const text = failure === undefined ? 'ok' : `FAILED: ${failure instanceof Error ? failure.message : failure}`;
      this.log(`${name}: ${text} (${seconds.toFixed(1)} s)`);
    };
    const note = (finding: string) => {
      notes.push(finding);
      this.log(`  ${finding}`);
    };
    try {
      const made = await this.#bounded(work(note));
      end();
      return made;
    } catch (failure) {
      end(failure);
      throw failure;
    }
  }

  leaveOut(name: string, why: string): void {
    this.outcomes.push({ name, proves: why, notes: [], seconds: 0, state: 'not run' });
    this.log(`${name}: not run: ${why}`);
  }

  get hasFailed(): boolean {
    return this.outcomes.some(({ state }) => state === 'FAILED');
  }

  /** Where a step failed, the node's logs outlive the node. */
  async keepLogs(node: Node): Promise<void> {
    if (!this.hasFailed) return;
    const folder = await mkdtemp(join(tmpdir(), 'secretmount-logs-'));
    await cp(node.logFolder, folder, { recursive: true });
    for (const [namespace, target] of [
      [PROVIDER_NAMESPACE, 'daemonset/secretmount'],
      ['kube-system', 'daemonset/csi-secrets-store'],
    ] as const) {
      const text = await node.kubectl(['logs', '-n', namespace, target, '--all-containers']).catch(String);
      await writeFile(join(folder, `${target.replace('/', '-')}.log`), text);
    }
    await writeFile(join(folder, 'events.txt'), await node.kubectl(['get', 'events', '-A']).catch(String));
    this.log(`logs are in ${folder}`);
  }

  #bounded<T>(work: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new StepHangs(`took longer than ${STEP_WITHIN_MS / 60_000} min`)),
      STEP_WITHIN_MS,
    );
    const interrupt = () => reject(this.#interruption.reason);
    this.#interruption.addEventListener('abort', interrupt);
    return Promise.race([work, promise]).finally(() => {
      clearTimeout(timer);
      this.#interruption.removeEventListener('abort', interrupt);
    });
  }
}

/** A step that was not awaited to its end is still at work: no other may begin. */
class StepHangs extends Error {}

/** What was started, ended last first. */
class Running {
  readonly #stops: (() => Promise<void>)[] = [];

  hold(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }
}

async function runAll(suite: Suite, running: Running, wanted: readonly string[], signal: AbortSignal): Promise<void> {
  const tools = await prepareTools(suite.log, signal);
  const steps = await findSteps(wanted);
  const node = await suite.measure('node', 'API server, controllers, scheduler, containerd and kubelet', async () => {
    const node = await Node.start(tools, signal);
    running.hold(() => node.stop());
    return node;
  });
  await suite.measure('driver', 'the driver runs as a DaemonSet and the kubelet knows it', () =>
    installDriver(node, DRIVER_OPTIONS),
  );
  const store = await suite.measure('store', 'OpenBao reviews tokens at the API server', () => Store.start(node));
  try {
    for (const { number, step } of steps)
      await runStep(suite, `${number} ${step.title}`, step, { node, store }, signal);
  } finally {
    if (!signal.aborted) await suite.keepLogs(node);
  }
}

/** @throws only what ends the others too: a step that fails says more with their outcomes beside it */
async function runStep(
  suite: Suite,
  name: string,
  step: Step,
  { node, store }: Omit<World, 'note'>,
  signal: AbortSignal,
): Promise<void> {
  const missing = await step.isMissing?.();
  if (missing !== undefined) return suite.leaveOut(name, missing);
  try {
    await suite.measure(name, step.proves, (note) => step.run({ node, store, note }));
  } catch (failure) {
    if (signal.aborted || failure instanceof StepHangs) throw failure;
    // What it made stays, to be looked at in the logs.
    keepNamespaces();
    return;
  }
  await closeNamespaces(node);
}

/** Steps in the order of their numbers, but for one that wants to be the last. Without the provider nothing else holds, so its step is always among them. */
async function findSteps(wanted: readonly string[]): Promise<readonly { number: string; step: Step }[]> {
  const folder = join(import.meta.dirname, 'steps');
  const names = (await readdir(folder)).filter((name) => /^\d\d-.*\.ts$/.test(name)).sort();
  const chosen = names.filter((name) => wanted.length === 0 || ['01', ...wanted].includes(name.slice(0, 2)));
  const steps = await Promise.all(
    chosen.map(async (name) => {
      const module = (await import(join(folder, name))) as { step: Step };
      return { number: name.slice(0, 2), step: module.step };
    }),
  );
  return [...steps.filter(({ step }) => !step.runsLast), ...steps.filter(({ step }) => step.runsLast)];
}

async function main(): Promise<number> {
  const interruption = new AbortController();
  let exitCode = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // As a shell counts a command that a signal ended.
      exitCode = 128 + constants.signals[signal];
      interruption.abort(new Error(`interrupted by ${signal}`));
    });
  }
  const suite = new Suite(interruption.signal);
  const running = new Running();
  try {
    await runAll(suite, running, process.argv.slice(2), interruption.signal);
  } catch (failure) {
    suite.log(failure instanceof Error ? (failure.stack ?? failure.message) : String(failure));
    exitCode ||= 1;
  } finally {
    await running.stop();
    endCommands();
    suite.log('everything is taken down');
  }
  process.stdout.write(formatTable(suite.outcomes));
  return exitCode || (suite.hasFailed ? 1 : 0);
}

process.exitCode = await main();
