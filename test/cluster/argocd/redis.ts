// What Redis holds, key by key, over its Unix socket: the values are bytes, which redis-cli's output does not keep.
import { connect } from 'node:net';

type Reply = Buffer | number | null | readonly Reply[];

const ANSWERS_WITHIN_MS = 30_000;

/** The value of each key. All that Argo CD 3 writes are strings; another type would have to be read in another way. */
export async function dumpRedis(socket: string): Promise<ReadonlyMap<string, Buffer>> {
  const [keys] = await ask(socket, [['KEYS', '*']]);
  const names = (keys as readonly Buffer[]).map(String);
  const values = await ask(socket, [...names.map((name) => ['TYPE', name]), ...names.map((name) => ['GET', name])]);
  const dump = names.map((name, index): [string, Buffer] => {
    const type = String(values[index]);
    // It expired meanwhile.
    if (type === 'none') return [name, Buffer.alloc(0)];
    if (type !== 'string') throw new Error(`Redis holds a ${type}: ${name}`);
    return [name, (values[names.length + index] as Buffer | null) ?? Buffer.alloc(0)];
  });
  return new Map(dump);
}

export async function flushRedis(socket: string): Promise<void> {
  await ask(socket, [['FLUSHALL']]);
}

/** One connection for all commands; their replies in their order. */
function ask(socket: string, commands: readonly (readonly string[])[]): Promise<readonly Reply[]> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    let received: Buffer = Buffer.alloc(0);
    connection.setTimeout(ANSWERS_WITHIN_MS, () => connection.destroy(new Error('Redis does not answer')));
    connection.once('error', reject);
    connection.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part]);
      const replies = parseAll(received, commands.length);
      if (replies === undefined) return;
      connection.end();
      resolve(replies);
    });
    connection.write(commands.map(encode).join(''));
    if (commands.length === 0) resolve([]);
  });
}

function encode(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** @returns undefined until all of it is there */
function parseAll(bytes: Buffer, count: number): readonly Reply[] | undefined {
  const replies: Reply[] = [];
  let at = 0;
  while (replies.length < count) {
    const parsed = parse(bytes, at);
    if (parsed === undefined) return undefined;
    replies.push(parsed.reply);
    at = parsed.end;
  }
  return replies;
}

function parse(bytes: Buffer, at: number): { readonly reply: Reply; readonly end: number } | undefined {
  const eol = bytes.indexOf('\r\n', at);
  if (eol < 0) return undefined;
  const line = bytes.toString('latin1', at + 1, eol);
  const after = eol + 2;
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return { reply: Buffer.from(line), end: after };
    case ':':
      return { reply: Number(line), end: after };
    case '$': {
      const size = Number(line);
      if (size < 0) return { reply: null, end: after };
      if (bytes.length < after + size + 2) return undefined;
      return { reply: bytes.subarray(after, after + size), end: after + size + 2 };
    }
    case '*': {
      const items: Reply[] = [];
      let end = after;
      while (items.length < Number(line)) {
        const item = parse(bytes, end);
        if (item === undefined) return undefined;
        items.push(item.reply);
        end = item.end;
      }
      return { reply: items, end };
    }
    default:
      throw new Error(`Redis says ${line}`);
  }
}
