// Step 9: the provider stops, and what the demo made is gone.
import { existsSync, readFileSync } from 'node:fs';
import type { CleanUp } from './clean-up.ts';
import type { Node } from './pod.ts';
import type { Screen } from './screen.ts';
import type { Store } from './store.ts';

export async function endAll(
  screen: Screen,
  cleanUp: CleanUp,
  node: Node,
  store: Store,
  passwords: readonly string[],
): Promise<void> {
  screen.heading('Everything ends');
  const code = await node.daemon.stop('SIGTERM');
  const lines = node.daemon.log;
  screen.prove(
    `the provider is told to stop (SIGTERM), as on a node that drains, and ends with exit code ${code}`,
    code === 0,
    lines.some(({ msg }) => msg === 'stopping'),
  );

  const { output } = node.daemon;
  const secrets = [
    ...passwords,
    ...node.tokens,
    store.payroll,
    store.signingKey.toString('base64'),
    store.bao.rootToken,
  ];
  screen.prove(
    `the ${lines.length} lines it logged hold none of the ${secrets.length} passwords, keys and tokens of this demo`,
    lines.length > 0,
    secrets.every((secret) => !output.includes(secret)),
  );

  await cleanUp.run();
  screen.prove(
    'nothing is left: no process, no mount, no folder',
    node.daemon.process.exitCode !== null,
    !existsSync(node.folder) && !existsSync(node.daemon.folder),
    !readFileSync('/proc/self/mounts', 'utf8').includes(node.folder),
  );
}
