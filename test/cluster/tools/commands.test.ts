// Commands that do not end in time: all that they started ends with them, and the caller is told.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './commands.ts';

/** Said by a child of the command, which holds the pipes as the command does. */
const CHILD = 'sh -c \'echo "child $$"; exec sleep 60\' & wait';
const TIMEOUT_MS = 500;
/** Far below the sleeps, far above what a kill takes. */
const RETURNED_WITHIN_MS = 20_000;
const GONE_WITHIN_MS = 20_000;

describe('commands of the cluster suite', function () {
  this.timeout(60_000);

  it('are killed with their children after their time', async () => {
    const startedAt = performance.now();
    const failure = await failureOf(runCommand(['sh', '-c', CHILD], { timeoutMs: TIMEOUT_MS }));
    assert.match(failure, /took longer than 0.5 s/);
    assert.ok(performance.now() - startedAt < RETURNED_WITHIN_MS);
    await untilGone(childIn(failure));
  });

  it('are killed with their children where they are interrupted', async () => {
    const failure = await failureOf(runCommand(['sh', '-c', CHILD], { signal: AbortSignal.timeout(TIMEOUT_MS) }));
    assert.match(failure, /was interrupted/);
    await untilGone(childIn(failure));
  });

  it('return where a process that left their group holds the pipes', async () => {
    const startedAt = performance.now();
    const failure = await failureOf(
      runCommand(['sh', '-c', `exec setsid sh -c '${escaped}'`], { timeoutMs: TIMEOUT_MS }),
    );
    const child = childIn(failure);
    try {
      assert.match(failure, /took longer than 0.5 s/);
      assert.ok(performance.now() - startedAt < RETURNED_WITHIN_MS);
      assert.equal(await isRunning(child), true, 'the process left the group');
    } finally {
      process.kill(child, 'SIGKILL');
    }
  });

  it('give their output where they end in time', async () => {
    assert.equal(await runCommand(['sh', '-c', 'cat; echo b'], { input: 'a\n' }), 'a\nb\n');
  });
});

/** `setsid` forks where the caller leads a group: the command waits here, its child is outside. */
const escaped = 'echo "child $$"; exec sleep 60';

async function failureOf(command: Promise<string>): Promise<string> {
  return command.then(
    () => assert.fail('the command ended well'),
    (error: Error) => error.message,
  );
}

function childIn(message: string): number {
  return Number(/^child (\d+)$/m.exec(message)?.[1] ?? assert.fail(message));
}

/** A zombie has ended; its parent, the first process of a container, may not collect it. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/^\d+ \(.*\) Z/.test(stat);
}

async function untilGone(pid: number): Promise<void> {
  const endAt = performance.now() + GONE_WITHIN_MS;
  while (await isRunning(pid)) {
    assert.ok(performance.now() < endAt, `process ${pid} runs on`);
    await sleep(20);
  }
}
