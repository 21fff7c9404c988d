// Variables under which the daemon does not start, and those that it leaves to whoever set them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../src/cli/args.ts';
import { refuseIntrusion, refuseVerboseLibraries, whyRefused } from '../../src/cli/refused-environment.ts';

const refusal = (env: Record<string, string>) => {
  try {
    refuseVerboseLibraries(env);
    refuseIntrusion(env);
    return undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof UsageError);
    return thrown.message;
  }
};

/** Flags of Node 26 that NODE_OPTIONS takes and that show no secret, load no code and write no memory. */
const HARMLESS: readonly RegExp[] = [
  /^--(max|min|secure-heap|stack-trace|huge-max|v8-pool|expose-gc|jitless|use-largepages|zero-fill)/,
  /^--(use-.*ca|use-env-proxy|tls-(min|max|cipher)|dns|network-family|enable-network|http-parser|insecure-http)/,
  /^--(enable-fips|force-fips|openssl-(config|legacy|shared)|disable-|disallow-|deprecation|warnings|pending|throw-)/,
  /^--(no-|allow-|permission|experimental-(?!loader|.*(inspect|hook|preload|config))|es-module|force-|frozen|input-type|preserve|global-search|conditions)/,
  /^--(require-module|strip-types|addons|napi|enable-(source|etw)|trace-(?!tls|event)|stack|track-heap|verify-base)/,
  /^--(test-|bench-|watch|title|redirect-warnings|diagnostic-dir|icu|unhandled|extra-info|node-(memory|snapshot))/,
  /^--(debug-array|perf-|prof-process|interpreted|async-context|entry-url|localstorage|webstorage|worker-snap|vfs)/,
  /^-C$/,
];

describe('a variable that', () => {
  for (const [env, text] of [
    [{ NODE_DEBUG: 'http' }, 'NODE_DEBUG is set, which would print tokens and secrets; unset it'],
    [{ SSLKEYLOGFILE: '/tmp/k' }, "SSLKEYLOGFILE is set, which logs the keys of this process's connections; unset it"],
    [
      { LD_PRELOAD: '/x.so' },
      'LD_PRELOAD is set, which loads code into this process, which then sees every secret; unset it',
    ],
    [
      { NODE_OPTIONS: '--max-old-space-size=64 --require /otel/register.js' },
      'NODE_OPTIONS has --require, which loads code into this process, which then sees every secret; remove it',
    ],
    [
      { NODE_OPTIONS: '--inspect=0.0.0.0:9229' },
      'NODE_OPTIONS has --inspect, which opens an inspector, which shows every secret to whoever connects; remove it',
    ],
  ] as const) {
    it(`is ${JSON.stringify(env)} is refused with: ${text}`, () => assert.equal(refusal(env), text));
  }

  for (const options of [
    ...['-r ./x.cjs', '--import=./x.mjs', '--loader ./x.mjs', '--experimental-loader=./x.mjs', '--snapshot-blob=x'],
    ...[
      '--inspect-brk',
      '--inspect_wait',
      '--inspect-port=0',
      '--debug-port=1',
      '--tls-keylog=/tmp/k',
      '--tls_keylog /k',
    ],
    ...['--heapsnapshot-signal=SIGUSR2', '--heapsnapshot-near-heap-limit=3', '--heap-prof', '--cpu-prof-dir=/tmp'],
    ...['--report-on-fatalerror', '--report-uncaught-exception', '--abort-on-uncaught-exception'],
    ...['--trace-event-categories node.http', '--trace-tls'],
    ...['"--require" x', '"--require=./a b.cjs"', '"--req\\uire" x', '  --no-warnings   --require x', '"--import" "x'],
  ]) {
    it(`is NODE_OPTIONS=${options} is refused`, () => assert.match(refusal({ NODE_OPTIONS: options }) ?? '', /has -/));
  }

  it('says nothing of the kind is let be', () => {
    const harmless = [
      '',
      '--max-old-space-size=64 --use-openssl-ca --dns-result-order=ipv4first',
      '--title="node --require x"',
      '--title=--inspect',
      '--no-inspect',
    ];
    for (const options of harmless) assert.equal(refusal({ NODE_OPTIONS: options }), undefined, options);
    assert.equal(refusal({ NODE_EXTRA_CA_CERTS: '/ca.pem', SSLKEYLOGFILE: '', NODE_ENV: 'production' }), undefined);
  });

  it('Node reads flags from holds none that nobody has judged', () => {
    // A newer Node than that of the lock file brings new ones: each belongs here or to what is refused.
    const unjudged = [...process.allowedNodeEnvironmentFlags].filter(
      (flag) => whyRefused(flag) === undefined && !HARMLESS.some((pattern) => pattern.test(flag)),
    );
    assert.deepEqual(unjudged, []);
    const both = [...process.allowedNodeEnvironmentFlags].filter(
      (flag) => whyRefused(flag) !== undefined && HARMLESS.some((pattern) => pattern.test(flag)),
    );
    assert.deepEqual(both, []);
  });
});

describe('the program with such a variable', () => {
  const program = fileURLToPath(new URL('../../dist/secretmount.js', import.meta.url));
  const start = (args: readonly string[], env: Record<string, string>) =>
    spawnSync(process.execPath, [program, ...args], { env, encoding: 'utf8', timeout: 20_000 });

  it('does not start as a daemon, and says why', () => {
    for (const env of [{ NODE_OPTIONS: '--import data:text/javascript,' }, { SSLKEYLOGFILE: '/dev/null' }]) {
      const { status, stderr } = start(['--http-addr=off'], env);
      assert.equal(status, 2, stderr);
      assert.match(
        stderr,
        /^secretmount: (NODE_OPTIONS has --import|SSLKEYLOGFILE is set), which .*; (unset|remove) it$/m,
      );
    }
  });

  it('does what needs no secret', () => {
    const env = { NODE_OPTIONS: '--import data:text/javascript,', LOG_TOKENS: '1' };
    assert.equal(start(['version'], env).status, 0);
    assert.equal(start(['--help'], env).status, 0);
  });
});
