// The tables of `secretmount status`, and what it says where there is nobody to ask.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/run.ts';
import { formatSpan, formatStatus } from '../../src/cli/status/format-status.ts';
import type { Listed, Status } from '../../src/status.ts';
import { assertMade } from '../docs/page.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const STORE = { address: 'https://vault.example.com:8200' };
const SHOP = { namespace: 'shop', account: 'web' };
const NONE: Listed<never> = { total: 0, rows: [] };

function list<T>(...rows: readonly T[]): Listed<T> {
  return { total: rows.length, rows };
}

const EMPTY: Status = {
  version: '0.1.0',
  uptimeMs: 12 * SECOND_MS,
  pods: { node: null, isWatching: false },
  state: null,
  memory: [
    { what: 'last answers', sizeBytes: 0, maxBytes: 12 * 1024 * 1024 },
    { what: 'leases', sizeBytes: 0, maxBytes: 16 * 1024 * 1024 },
  ],
  sessions: NONE,
  leases: NONE,
  stale: NONE,
  circuits: NONE,
};

const LOGIN = { ...STORE, mount: 'kubernetes', role: 'web', state: 'active' as const, endsInMs: 42 * MINUTE_MS };

/** A node on which something of each kind goes on. */
const BUSY: Status = {
  ...EMPTY,
  uptimeMs: 52 * HOUR_MS,
  pods: { node: 'node-3', isWatching: true },
  memory: [
    { what: 'last answers', sizeBytes: 38_912, maxBytes: 12 * 1024 * 1024 },
    { what: 'leases', sizeBytes: 2_048, maxBytes: 16 * 1024 * 1024 },
  ],
  state: { sizeBytes: 86_016, maxBytes: 16 * 1024 * 1024, refusedCount: 0 },
  sessions: list(
    {
      ...SHOP,
      pod: '',
      isForLease: false,
      ...LOGIN,
      next: { what: 'revoke, if nobody uses it', inMs: 9 * MINUTE_MS },
    },
    { ...SHOP, pod: 'web-7', isForLease: true, ...LOGIN, next: { what: 'renew', inMs: 28 * MINUTE_MS } },
  ),
  leases: list({
    ...SHOP,
    ...STORE,
    pod: 'web-7',
    request: 'GET database/creds/web',
    state: 'active',
    endsInMs: 42 * MINUTE_MS,
    next: { what: 'renew', inMs: 25 * MINUTE_MS + 10 * SECOND_MS },
    volumes: 1,
  }),
  stale: list({
    namespace: 'shop',
    pod: 'web-7',
    class: 'app',
    object: 'db-password',
    ageMs: 4 * MINUTE_MS + 10 * SECOND_MS,
    reason: 'store-unreachable',
  }),
  circuits: list({ ...STORE, openForMs: 3 * MINUTE_MS + 55 * SECOND_MS, reason: 'store-unreachable' }),
};

describe('secretmount status', () => {
  it('prints the tables that docs/operations.md shows', () => {
    assertMade('docs/operations.md', '<!-- sample: status -->\n```text\n', '```\n', formatStatus(BUSY));
  });

  it('takes a line for what there is none of', () => {
    const lines = [
      'secretmount  0.1.0, up 12s',
      'pods         not watched: --node-name is not set',
      'memory       last answers 0 KiB of 12.0 MiB, leases 0 KiB of 16.0 MiB',
      'state        none: a restart forgets everything',
      '',
      ...['Sessions: none', '', 'Leases: none', '', 'Stale objects: none', '', 'Open circuits: none', ''],
    ];
    assert.equal(formatStatus(EMPTY), lines.join('\n'));
  });

  it('says how many rows the daemon left out', () => {
    const held = { total: 1_200, rows: BUSY.leases.rows };
    assert.match(formatStatus({ ...EMPTY, leases: held }), /^Leases: 1200\n(.*\n){2}and 1199 more\n/m);
  });

  it('shows no character that moves a cursor or turns a line around', () => {
    const text = formatStatus({
      ...EMPTY,
      stale: list({ ...(BUSY.stale.rows[0] ?? assert.fail()), object: '::a\u001b[2Jb\u202ec\u2028d\ne' }),
    });
    assert.match(text, /^\\u003a:a\\u001b\[2Jb\\u202ec\\u2028d\\u000ae /m);
  });

  it('writes a span by its two largest units', () => {
    const spans = [0, 999, 12_000, 250_000, 3 * HOUR_MS + 2 * MINUTE_MS, 52 * HOUR_MS, HOUR_MS + 5_000, -3];
    assert.deepEqual(spans.map(formatSpan), ['0s', '0s', '12s', '4m10s', '3h2m', '2d4h', '1h', '0s']);
  });

  describe('ends with 1 and says why where', () => {
    let folder: string;
    let server: Server | undefined;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'secretmount-status-'));
    });
    afterEach(() => {
      server?.close();
      server = undefined;
      rmSync(folder, { recursive: true });
    });

    const ask = async (path: string) => {
      let said = '';
      const err = (text: string) => {
        said += text;
      };
      const code = await run(['status', `--socket=${path}`], {}, { out: assert.fail, err, isTerminal: false });
      return { code, said };
    };

    it('there is no socket', async () => {
      const { code, said } = await ask(join(folder, 'none.sock'));
      assert.equal(code, 1);
      assert.match(said, /^secretmount: there is no .*none\.sock; the daemon serves status with --state-dir/);
    });

    it('something else answers', async () => {
      const path = join(folder, 'other.sock');
      server = createServer((connection) => connection.end('220 mail.example.com\n'));
      await new Promise<void>((resolve) => server?.listen(path, resolve));
      const { code, said } = await ask(path);
      assert.equal(code, 1);
      assert.match(said, /answered without a status/);
    });
  });
});
