// One document from a daemon's status socket, within bounds.
import { createConnection } from 'node:net';
import type { Status } from '../../status.ts';

/** Its message is for the person who asked. */
export class NoStatus extends Error {}

/** Longer than the daemon takes to write it. */
const ANSWER_MS = 10_000;
/** Four lists of a thousand rows; names in them are of at most some hundred bytes, but a class's path may be long. */
const MOST_BYTES = 32 * 1024 * 1024;

/** @throws NoStatus */
export async function readStatus(path: string): Promise<{ status: Status; text: string }> {
  const text = await readAll(path);
  try {
    return { status: JSON.parse(text) as Status, text };
  } catch {
    throw new NoStatus(`${path} answered without a status; it may be another program's socket, or busy: try again`);
  }
}

function readAll(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const connection = createConnection(path);
    const fail = (message: string) => {
      reject(new NoStatus(message));
      connection.destroy();
    };
    const late = setTimeout(() => fail(`${path} did not answer within ${ANSWER_MS / 1000} s`), ANSWER_MS);
    connection.on('data', (part: Buffer) => {
      parts.push(part);
      bytes += part.length;
      if (bytes > MOST_BYTES) fail(`${path} answered with more than ${MOST_BYTES} bytes, so it is not a status`);
    });
    connection.once('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    connection.once('error', (error: NodeJS.ErrnoException) => fail(explain(path, error.code)));
    connection.once('close', () => clearTimeout(late));
  });
}

function explain(path: string, code = 'unexpected failure'): string {
  switch (code) {
    case 'ENOENT':
      return `there is no ${path}; the daemon serves status with --state-dir or --status-socket, and --socket says where`;
    case 'ECONNREFUSED':
      return `no daemon serves ${path}; the one that did has ended`;
    case 'EACCES':
      return `${path} is closed to you; only the user that the daemon runs as may ask`;
    default:
      return `cannot ask ${path}: ${code}`;
  }
}
