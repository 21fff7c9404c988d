// `npm run demo`: the product shown on one machine without a cluster. The story is below; each step proves what it says
// and the exit code is 0 only if all of it held. Whatever happens, nothing stays behind.
import { constants } from 'node:os';
import { CleanUp } from './clean-up.ts';
import { endAll } from './ending.ts';
import { loseStore } from './losing-store.ts';
import { makeTemporaryFolder } from './memory-folder.ts';
import { mountPods } from './mounting.ts';
import { showProblems, showRefusals } from './refusing.ts';
import { changeSecret } from './rotating.ts';
import { Screen } from './screen.ts';
import { fillAndGuard, startProvider, startStore } from './starting.ts';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: Signal) {
    super(`interrupted by ${signal}`);
    // As a shell counts a command that a signal ended.
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** npm passes a Ctrl-C on that the terminal already sent to all; a person who presses it again is slower. */
const SAME_SIGNAL_MS = 500;

async function tellStory(screen: Screen, cleanUp: CleanUp): Promise<void> {
  const startedAt = performance.now();
  screen.title('Secretmount: secrets of OpenBao or Vault become files in a pod');
  screen.print(
    'On a Kubernetes node the Secrets Store CSI driver asks a provider for the secrets of a pod and writes them ' +
      'to memory that only this pod sees. Secretmount is that provider. Here the store, the provider and each ' +
      'call are real; this script plays the cluster and the driver. All secrets are made up. What has a ✓ was ' +
      'checked a moment before.',
  );
  const work = await cleanUp.hold(makeTemporaryFolder, (held) => held.remove());
  const bao = await startStore(screen, cleanUp);
  const store = await fillAndGuard(screen, bao);
  const node = await startProvider(screen, cleanUp, store, work.path);
  const pods = await mountPods(screen, node, store);
  const password = await changeSecret(screen, pods, store);
  await showProblems(screen, node);
  await showRefusals(screen, node, [password, store.payroll]);
  await loseStore(screen, node, pods, store);
  await endAll(screen, cleanUp, node, store, [store.password, password]);

  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  screen.title(`Shown in ${seconds} s: ${screen.proofs} claims, each checked.`);
  screen.print('Read on: README.md has the way into a cluster; docs/ explains parameters, errors and security.');
  screen.gap();
}

/** Rejects at the first signal, and where nobody reads any more (`npm run demo | head`). */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    let interruptedAt: number | undefined;
    const interrupt = (signal: Signal) => {
      if (interruptedAt !== undefined && performance.now() - interruptedAt > SAME_SIGNAL_MS) process.exit(1);
      interruptedAt ??= performance.now();
      reject(new Interrupted(signal));
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
    process.stdout.on('error', () => interrupt('SIGHUP'));
  });
}

async function run(): Promise<number> {
  const screen = new Screen();
  const cleanUp = new CleanUp();
  try {
    await Promise.race([tellStory(screen, cleanUp), interruption()]);
    return 0;
  } catch (failure) {
    screen.mute();
    process.stderr.write(`\nThe demo ended early: ${failure instanceof Error ? failure.message : failure}\n`);
    return failure instanceof Interrupted ? failure.exitCode : 1;
  } finally {
    await cleanUp.run();
  }
}

process.exit(await run());
