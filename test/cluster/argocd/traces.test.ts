// What the step of Argo CD relies on: that a value is found however Argo CD packs it, and that Redis is read as it is.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { findIn } from '../node/search.ts';
import { dumpRedis } from './redis.ts';
import { unpack } from './traces.ts';

const VALUE = 'made up/ü?&"\\ of a test';

describe('the search in what Argo CD keeps', () => {
  const secret = { kind: 'Secret', stringData: { password: VALUE } };
  const forms: Readonly<Record<string, string>> = {
    plain: VALUE,
    'base64 in a manifest': JSON.stringify({ data: { password: Buffer.from(VALUE).toString('base64') } }),
    'a manifest in JSON': JSON.stringify(secret),
    'a manifest as a text in JSON, as Redis has it': JSON.stringify({ manifests: [JSON.stringify(secret)] }),
    'the same as Go writes it': JSON.stringify({ manifests: [goJson(secret)] }).replaceAll('&', '\\u0026'),
    'within base64 within a longer text': Buffer.from(`{"a":"${VALUE}"}`).toString('base64'),
  };
  for (const [name, text] of Object.entries(forms)) {
    it(`finds it: ${name}`, () => assert.ok(finds(Buffer.from(text))));
    it(`finds it: ${name}, packed, and packed again in something else`, () => {
      const packed = gzipSync(text);
      assert.ok(finds(packed));
      assert.ok(finds(gzipSync(Buffer.concat([Buffer.from('a tar\0'), packed, Buffer.from('its end')]))));
    });
  }

  it('does not find another', () => assert.equal(finds(gzipSync(`${VALUE.slice(0, 8)}and so on`)), false));
});

describe('the dump of Redis', () => {
  it('has the bytes of each key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const value = Buffer.from([0, 0x1f, 0x8b, 0xff, 0x0d, 0x0a, 0x24]);
    const answers = [
      Buffer.from('*2\r\n$1\r\na\r\n$4\r\nb.gz\r\n'),
      Buffer.concat([Buffer.from('+string\r\n+none\r\n$7\r\n'), value, Buffer.from('\r\n$-1\r\n')]),
    ];
    const server = createServer((socket) => {
      const answer = answers.shift() ?? Buffer.alloc(0);
      socket.once('data', async () => {
        // In two parts, wherever they are cut.
        socket.write(answer.subarray(0, 21));
        await new Promise((resolve) => setTimeout(resolve, 20));
        socket.write(answer.subarray(21));
      });
    });
    const path = join(folder, 'socket');
    await once(server.listen(path), 'listening');
    try {
      assert.deepEqual(
        await dumpRedis(path),
        new Map([
          ['a', value],
          ['b.gz', Buffer.alloc(0)],
        ]),
      );
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});

/** Go's encoder writes these three by their numbers. */
function goJson(object: object): string {
  return JSON.stringify(object).replace(/[&<>]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
}

function finds(bytes: Buffer): boolean {
  return unpack(bytes).some((layer) => findIn(layer, { made: VALUE }).length > 0);
}
