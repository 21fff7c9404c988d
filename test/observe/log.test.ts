import assert from 'node:assert/strict';
import type { Fact } from '../../src/events.ts';
import { createLog, type LogOptions } from '../../src/observe/log.ts';
import { FAILED, makeMount } from './facts.ts';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

function log(fact: Fact, options: Partial<LogOptions> = {}): string[] {
  const lines: string[] = [];
  createLog({ format: 'text', level: 'debug', write: (line) => lines.push(line), wall: () => AT, ...options })(fact);
  return lines;
}

describe('createLog', () => {
  it('writes a mount as one line of JSON', () => {
    const [line = ''] = log(makeMount(), { format: 'json' });
    assert.equal(
      line,
      '{"time":"2026-01-02T03:04:05.006Z","level":"info","msg":"mounted","namespace":"team","pod":"app-1","account":"app","class":"db","isFirst":true,"objects":2,"outcome":"ok","ms":12.3,"logins":1,"reads":2,"bytes":300,"versions":["user=3.0a1b2c3d4e5f","password=3.5f4e3d2c1b0a"]}',
    );
  });

  const lines: readonly (readonly [says: string, fact: Fact, line: string])[] = [
    [
      'a mount',
      makeMount(),
      'INFO  mounted namespace=team pod=app-1 account=app class=db isFirst=true objects=2 outcome=ok ms=12.3 logins=1 reads=2 bytes=300 versions="user=3.0a1b2c3d4e5f,password=3.5f4e3d2c1b0a"',
    ],
    [
      'a failed mount with every object on one line',
      makeMount({ ...FAILED, versions: [] }),
      String.raw`WARN  mount failed namespace=team pod=app-1 account=app class=db isFirst=true objects=2 outcome=failed code=NOT_FOUND reason=key-missing message="2 of 3 objects failed:\n- object \"a\": secret/data/app has no key \"x\"\n- object \"b\": gone" ms=12.3 logins=1 reads=2 bytes=300`,
    ],
    [
      'a stale mount',
      makeMount({ outcome: 'stale', versions: [] }),
      'INFO  mounted, in part from an earlier answer namespace=team pod=app-1 account=app class=db isFirst=true objects=2 outcome=stale ms=12.3 logins=1 reads=2 bytes=300',
    ],
    [
      'a request',
      { type: 'request', operation: 'read', reason: undefined, ms: 1.26 },
      'DEBUG store request operation=read ms=1.3',
    ],
    [
      'a request that failed',
      { type: 'request', operation: 'login', reason: 'login-refused', ms: 2 },
      'DEBUG store request operation=login reason=login-refused ms=2',
    ],
    [
      'an open circuit',
      { type: 'circuit', address: 'https://v:8200', isOpen: true, reason: 'store-unreachable' },
      'WARN  circuit open address=https://v:8200 reason=store-unreachable',
    ],
    [
      'a closed circuit',
      { type: 'circuit', address: 'https://v:8200', isOpen: false, reason: undefined },
      'INFO  circuit closed address=https://v:8200',
    ],
    [
      'a stale object',
      {
        type: 'stale',
        namespace: 'n',
        pod: 'p',
        class: 'c',
        object: 'o',
        isStale: true,
        ageMs: 61_000.4,
        reason: 'store-sealed',
      },
      'WARN  object served from an earlier answer namespace=n pod=p class=c object=o reason=store-sealed ageMs=61000',
    ],
    [
      'readiness',
      { type: 'ready', isReady: false, detail: 'vault.sock: held by another process' },
      'WARN  not ready detail="vault.sock: held by another process"',
    ],
    [
      'a notice',
      { type: 'notice', level: 'info', message: 'listening', fields: { socket: '/a b', empty: '' } },
      'INFO  listening socket="/a b" empty=""',
    ],
    [
      'a thing to debug',
      { type: 'debug', message: 'retry', fields: { attempt: 2, last: false } },
      'DEBUG retry attempt=2 last=false',
    ],
  ];
  for (const [says, fact, line] of lines) {
    it(`writes ${says} as text`, () => assert.deepEqual(log(fact), [`2026-01-02T03:04:05.006Z ${line}`]));
  }

  it('leaves out what is below its level, and counts', () => {
    const request: Fact = { type: 'request', operation: 'read', reason: undefined, ms: 1 };
    assert.deepEqual(log(request, { level: 'info' }), []);
    assert.deepEqual(log(makeMount(), { level: 'warn' }), []);
    assert.equal(log(makeMount(FAILED), { level: 'warn' }).length, 1);
    assert.deepEqual(log(makeMount(FAILED), { level: 'error' }), []);
    assert.deepEqual(log({ type: 'sessions', count: 3 }), []);
    assert.deepEqual(log({ type: 'slots', inUse: 1, waiting: 2 }), []);
  });

  for (const format of ['json', 'text'] as const) {
    it(`keeps hostile names on one ${format} line and off the terminal`, () => {
      const hostile = 'a\nb\r\u001b[2J\u009b2J\u2028c\u0000';
      const [line = '', ...more] = log(makeMount({ ...FAILED, class: hostile, message: hostile }), { format });
      assert.deepEqual(more, []);
      assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u);
      if (format === 'json') assert.equal(JSON.parse(line).class, hostile);
      const [notice = ''] = log({ type: 'notice', level: 'warn', message: hostile }, { format });
      assert.doesNotMatch(notice, /[\p{Cc}\u2028\u2029]/u);
    });
  }

  it('lets no field take the place of time, level or message', () => {
    const fields = { time: 'never', level: 'debug', msg: 'forged', a: 1 };
    const [line = ''] = log({ type: 'notice', level: 'warn', message: 'real', fields }, { format: 'json' });
    assert.deepEqual(JSON.parse(line), { time: '2026-01-02T03:04:05.006Z', level: 'warn', msg: 'real', a: 1 });
  });

  for (const format of ['json', 'text'] as const) {
    it(`counts on a ${format} line what a mount of 1,000 objects would make of it`, () => {
      const versions = Array.from({ length: 1_000 }, (_, index) => `object-${index}=${'0a'.repeat(32)}`);
      const [line = ''] = log(makeMount({ objects: 1_000, versions }), { format });
      assert.ok(Buffer.byteLength(line) < 5_000, `${line.length}`);
      assert.match(line, /object-0=(0a){32}"?,"?object-1=/);
      const shown = line.match(/object-/g)?.length ?? 0;
      assert.ok(line.includes(`and ${1_000 - shown} more`), line.slice(-200));
    });

    it(`is one ${format} line of 16 KiB at most, whatever every field holds`, () => {
      for (const hostile of ['\u0000', '\u{e0041}', '\ud800', '"', '世', '##'].map((char) => char.repeat(300_000))) {
        const names = { namespace: hostile, pod: hostile, account: hostile, class: hostile, message: hostile };
        const [line = ''] = log(makeMount({ ...FAILED, ...names, versions: [hostile, hostile] }), { format });
        assert.ok(Buffer.byteLength(line) <= 16 * 1024, `${Buffer.byteLength(line)}`);
        assert.match(line, /reason=?[^a-z]*key-missing/);
        if (format === 'json') assert.equal(JSON.parse(line).outcome, 'failed');
      }
    });

    it(`keeps the longest message of a mount whole on its ${format} line`, () => {
      const message = `${'x'.repeat(4_095)}y`;
      const [line = ''] = log(makeMount({ ...FAILED, message }), { format });
      assert.ok(line.includes(message));
    });
  }

  it('shows no direction mark and no CI command', () => {
    for (const format of ['json', 'text'] as const) {
      const [line = ''] = log(makeMount({ class: '\u202e##vso[task]\u2066', pod: '::error::' }), { format });
      assert.match(line, /\\u202e#\\u0023vso\[task\]\\u2066/);
      assert.doesNotMatch(line, /^::/);
    }
  });
});
