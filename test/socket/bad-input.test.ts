// Input that means harm or is a slip: one INVALID_ARGUMENT with every problem, memory flat, nobody else delayed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Code } from '../../src/errors.ts';
import { assertCheapAsync, processCpuMs } from '../harness/cpu-time.ts';
import type { Daemon } from '../harness/daemon.ts';
import type { Driver } from '../harness/driver.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

const flat = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');
const object = (index: number) => `- {objectName: "o${index}", secretPath: "secret/data/app", secretKey: "k"}`;

const HOSTILE: Readonly<Record<string, string>> = {
  '2 MiB of YAML': 'x'.repeat(2 * 1024 * 1024),
  'an alias bomb': [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
  ].join('\n'),
  'deep flow': '['.repeat(100_000) + ']'.repeat(100_000),
  'wide map': flat(20_000, (i) => `k${i}: v`),
  'equal keys': flat(40_000, () => 'k: v'),
  'too many objects': flat(1_200, object),
  'one long line': `- objectName: ${'y'.repeat(200_000)}`,
  'nothing but commas': `[${','.repeat(200_000)}]`,
  'nothing but comments': flat(20_000, () => '# x'),
};

/** No class may keep other mounts waiting for longer. */
const LIMIT_MS = 100;
const RUNS = 6;
/** The heap of the image: what grows without end would end the process here. */
const NODE_ARGS = ['--disallow-code-generation-from-strings', '--max-semi-space-size=2', '--max-old-space-size=32'];

describe('bad input through the socket', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  let driver: Driver;
  before(async () => {
    world = await socketWorld();
    daemon = await world.daemon({ nodeArgs: NODE_ARGS });
    driver = daemon.driver();
    await driver.mount(world.wish(objects('a secret/data/app password')));
  });
  after(() => world.endDaemons());

  const residentBytes = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.process.pid}/status`, 'utf8'))?.[1]) * 1024;

  /** Processor time of the daemon for each of `RUNS` in a row, as its account has steps of 10 ms. */
  const costOfEach = async (work: () => Promise<void>) => {
    const pid = daemon.process.pid ?? 0;
    const startMs = processCpuMs(pid);
    for (let run = 0; run < RUNS; run += 1) await work();
    return (processCpuMs(pid) - startMs) / RUNS;
  };

  it('is refused with all problems in one message', async () => {
    const { code, details } = await driver.refusal(
      world.wish(
        [
          '- {objectName: "../x", secretPath: "secret/data/app", secretKey: "password"}',
          '- {objectName: "/x", secretPath: "secret/data/app", secretKey: "password"}',
          '- {objectName: "a", secretPath: "secret/data/app", secretKey: "password"}',
          '- {objectName: "a/b", secretPath: "secret/data/app", secretKey: "password"}',
          '- {objectName: "m", secretPath: "secret/data/app", secretKey: "password", filePermission: 9999}',
          '- {secretPath: "secret/data/app", secretKey: "password"}',
        ].join('\n'),
        { parameters: { vaultSkipTLSVerify: 'maybe', roleName: '' } },
      ),
    );
    assert.equal(code, Code.INVALID_ARGUMENT);
    for (const problem of [
      /"\.\.\/x"/,
      /"\/x"/,
      /"a\/b"/,
      /filePermission is out of range/,
      /objectName is missing|no objectName|without/i,
      /vaultSkipTLSVerify/,
      /roleName/,
    ]) {
      assert.match(details, problem);
    }
    assert.match(details, /\[class-invalid\]$/);
    assert.match(details, /: [78] problems\n/);
  });

  for (const text of ['a: map', '"text"', '', '[]', 'null']) {
    it(`is refused where objects is ${JSON.stringify(text)}`, async () => {
      const { code } = await driver.refusal(world.wish(text));
      assert.equal(code, Code.INVALID_ARGUMENT);
    });
  }

  for (const [name, text] of Object.entries(HOSTILE)) {
    it(`is refused: ${name}`, async () => {
      const { code, details } = await driver.refusal(world.wish(text));
      assert.equal(code, Code.INVALID_ARGUMENT, details.slice(0, 200));
    });
  }

  it('costs the daemon no more than 100 ms each, for which any other mount waits, and leaves the memory flat', async () => {
    let turn = 0;
    const refuse = async (text: string) => {
      // A comment of its own makes each text a new one, which no cache knows.
      turn += 1;
      await driver.refusal(world.wish(`${text}\n# ${turn}`));
    };
    const storm = async () => {
      for (const text of Object.values(HOSTILE)) await refuse(text);
    };
    await storm();
    await storm();
    const beforeBytes = residentBytes();
    for (const [name, text] of Object.entries(HOSTILE)) {
      await assertCheapAsync(LIMIT_MS, () => costOfEach(() => refuse(text)), name);
    }
    const grownBytes = residentBytes() - beforeBytes;
    assert.ok(grownBytes < 32 * 1024 * 1024, `grown by ${Math.round(grownBytes / 1024 / 1024)} MiB`);
  });

  it('keeps no other mount from its answer', async () => {
    let isOver = false;
    const storming = Promise.all(
      Object.values(HOSTILE).map(async (text) => {
        while (!isOver) await driver.refusal(world.wish(text));
      }),
    );
    for (let pod = 0; pod < 4; pod += 1) {
      const wish = world.wish(objects('a secret/data/app password'), { pod: `calm-${pod}` });
      assert.equal((await driver.mount(wish)).files.length, 1);
    }
    isOver = true;
    await storming;
  });

  it('gives a correct file for unknown fields and for __proto__ as name and key', async () => {
    await world.write('proto', JSON.parse('{"__proto__": "fine", "constructor": "too"}'));
    const { files } = await driver.mount(
      world.wish(
        [
          '- objectName: __proto__',
          '  secretPath: secret/data/proto',
          '  secretKey: __proto__',
          '  colour: blue',
          '- objectName: constructor',
          '  secretPath: secret/data/proto',
          '  secretKey: constructor',
        ].join('\n'),
      ),
    );
    assert.deepEqual(
      files.map(({ path, contents }) => [path, contents.toString()]),
      [
        ['__proto__', 'fine'],
        ['constructor', 'too'],
      ],
    );
    const { code } = await driver.refusal(world.wish(objects('a secret/data/app toString')));
    assert.equal(code, Code.NOT_FOUND);
  });
});
