// What npm puts on the PATH. It checks Node before it loads the program: an older Node does not know the flags below, and
// may not know the program's syntax.
import { fileURLToPath } from 'node:url';
import { refuseOldNode } from './cli/node-version.ts';

/**
 * No inspector on a signal, no code from strings: what a process that holds secrets should not be able to do. And the
 * means to release memory (src/cli/release-memory.ts).
 */
const FLAGS = ['--disable-sigusr1', '--disallow-code-generation-from-strings', '--expose-gc'];

const tooOld = refuseOldNode(process.versions.node);
if (tooOld !== undefined) {
  process.stderr.write(`secretmount: ${tooOld}\n`);
  process.exit(2);
}
const program = fileURLToPath(new URL('secretmount.js', import.meta.url));
// Node takes these flags at its start only. This process becomes one that has them: same id, same streams, same signals.
if (process.platform !== 'win32' && process.execve !== undefined) {
  const args = [process.execPath, ...process.execArgv, ...FLAGS, program, ...process.argv.slice(2)];
  // Without the environment as an argument Node 22 passes none on.
  process.execve(process.execPath, args, process.env);
} else await import(program);
