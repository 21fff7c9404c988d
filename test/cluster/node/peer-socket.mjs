// Runs in a pod of a stand-in for HashiCorp's or OpenBao's provider (peers.ts): the life of its socket as theirs has it,
// around answers of ours. They remove whatever file stands under the name before they listen, and at their end again.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename } from 'node:path';

const PREFIX = '--endpoint=';
const flags = process.argv.slice(2);
const endpoint = flags.find((flag) => flag.startsWith(PREFIX))?.slice(PREFIX.length);
// Its name decides the audience.
const inner = `/tmp/${basename(endpoint)}`;
const others = flags.filter((flag) => !flag.startsWith(PREFIX));
const program = ['--expose-gc', '/app/secretmount.js', PREFIX + inner, ...others];
const daemon = spawn(process.execPath, program, { stdio: 'inherit' });
daemon.once('exit', (code) => process.exit(code ?? 1));

rmSync(endpoint, { force: true });
const server = createServer((caller) => {
  const answerer = connect(inner);
  caller.pipe(answerer).pipe(caller);
  for (const end of [caller, answerer]) {
    end.on('error', () => {
      caller.destroy();
      answerer.destroy();
    });
  }
});
server.listen(endpoint);

process.once('SIGTERM', () => {
  // As a process ends that is killed: the file stays.
  if (process.env['DIES'] !== undefined) process.exit(137);
  server.close();
  rmSync(endpoint, { force: true });
  daemon.kill('SIGTERM');
});
