// Every character that a secretPath may have: on the wire as Go's client sends it (go-paths/ made the table), and a real
// store finds the secret by it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, describe, it } from 'mocha';
import type { JsonText } from '../../src/json-text/json-text.ts';
import { splitPath } from '../../src/plan/read.ts';
import { Secret } from '../../src/secret.ts';
import { type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { parsed } from '../harness/json.ts';
import { type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { readOf } from '../harness/plans.ts';
import { objectsOf } from '../plan/request.ts';
import { openClient, within } from '../vault/client-fixture.ts';
import { passTo } from './fronts.ts';

interface Row {
  readonly text: string;
  /** Empty: the character ends the path or the segment. */
  readonly path: string;
  /** Empty: Go refuses the query. */
  readonly query: string;
}

const ROWS = JSON.parse(readFileSync(new URL('./go-paths/paths.json', import.meta.url), 'utf8')) as readonly Row[];
/** As a class has it: in quotes, so that only the path's own rules count. */
const readFor = (secretPath: string) => {
  const [object] = objectsOf(`- {objectName: a, secretPath: ${JSON.stringify(secretPath)}, secretKey: k}`);
  assert.ok(object !== undefined);
  return readOf(object);
};

describe('characters of a path', () => {
  let bao: OpenBao;
  let front: FaultyStore;
  const agent = new http.Agent({ keepAlive: true });

  before(async () => {
    bao = await startOpenBao();
    front = await startFaultyStore({ behaviour: passTo(bao.address, agent) });
  });
  after(async () => {
    await Promise.all([front?.stop(), bao?.stop()]);
    agent.destroy();
  });

  /** By the wire's own bytes: what is read back under them is under that path. */
  function write(path: string, value: string): Promise<number | undefined> {
    const { hostname, port } = new URL(bao.address);
    const headers = { 'x-vault-token': bao.rootToken };
    return new Promise((resolve, reject) => {
      const request = http.request({ hostname, port, path, method: 'POST', headers, agent }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      request.on('error', reject).end(JSON.stringify({ data: { k: value } }));
    });
  }

  for (const { text, path } of ROWS.filter((row) => row.path !== '')) {
    it(`${JSON.stringify(text)} is sent as ${path.slice('/v1/secret/data/chars/'.length)}`, async () => {
      const client = await openClient(front.address);
      const read = readFor(`secret/data/chars/a${text}b`);
      const isKept = (await write(path, text)) === 200;
      const answer = await client.read(read, new Secret(bao.rootToken), within()).catch((thrown: unknown) => thrown);
      assert.equal(front.requests.at(-1)?.url, path);
      // What a store refuses to keep (it takes printable characters only) nobody can read from it.
      if (!isKept) assert.ok(answer instanceof Error && text.includes('\u200d'));
      else assert.deepEqual(data(answer), { k: text });
    });
  }

  it('is refused by the store for no ASCII character', async () => {
    for (const { text, path } of ROWS.filter((row) => row.path !== '' && row.text < '\u007f'))
      assert.equal(await write(path, text), 200, text);
  });

  for (const { text, query } of ROWS) {
    it(`${JSON.stringify(text)} in a query is ${query === '' ? 'refused' : `sent as ${query}`}`, () => {
      const target = splitPath(`secret/data/app?k=a${text}b`);
      if (query === '') assert.equal(typeof target, 'string');
      else assert.deepEqual(target, { path: 'secret/data/app', query });
    });
  }
});

function data(answer: unknown): unknown {
  const { body } = answer as { body: Secret<JsonText> };
  return (parsed(body.reveal())['data'] as Record<string, unknown>)['data'];
}
