import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { HealthServer, type HttpAddress, parseHttpAddress } from '../../src/observe/http.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { Readiness } from '../../src/observe/readiness.ts';

describe('parseHttpAddress', () => {
  const rows: readonly (readonly [string, HttpAddress | undefined])[] = [
    [':8080', { host: undefined, port: 8080 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
    ['', 'off'],
    ['0', 'off'],
    ['off', 'off'],
    ['8080', undefined],
    ['::1:8080', undefined],
    [':65536', undefined],
    ['http://a:80', undefined],
    [':http', undefined],
  ];
  for (const [text, address] of rows) {
    it(`reads ${JSON.stringify(text)} as ${JSON.stringify(address)}`, () =>
      assert.deepEqual(parseHttpAddress(text), address));
  }
});

describe('HealthServer', () => {
  let server: HealthServer;
  let readiness: Readiness;
  beforeEach(async () => {
    readiness = new Readiness();
    server = new HealthServer({
      address: { host: '127.0.0.1', port: 0 },
      readiness,
      metrics: createMetrics({ version: '1' }),
    });
    await server.start();
  });
  afterEach(() => server.stop());

  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return [response.status, await response.text()];
  };
  const ready = (isReady: boolean, detail: string) => readiness.emit({ type: 'ready', isReady, detail });

  it('is alive before it is ready', async () => {
    assert.deepEqual(await get('/healthz'), [200, 'ok\n']);
    assert.deepEqual(await get('/health/ready'), [200, 'ok\n']);
    assert.deepEqual(await get('/readyz'), [503, 'starting\n']);
  });

  it('tells each reason why it is not ready, until the last has gone', async () => {
    ready(true, 'openbao.sock: listening');
    ready(false, 'vault.sock: held by another\nprocess');
    ready(false, 'state: locked');
    assert.deepEqual(await get('/readyz'), [503, 'vault.sock: held by another process\nstate: locked\n']);
    ready(true, 'vault.sock: listening');
    assert.deepEqual(await get('/readyz?verbose'), [503, 'state: locked\n']);
    assert.deepEqual(await get('/health/ready'), [200, 'ok\n']);
    ready(true, 'state');
    assert.deepEqual(await get('/readyz'), [200, 'ok\n']);
  });

  it('shows the metrics', async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(await response.text(), /^secretmount_build_info\{version="1"\} 1$/m);
  });

  it('answers HEAD without a body, other methods with 405, other paths with 404', async () => {
    assert.deepEqual(await get('/healthz', 'HEAD'), [200, '']);
    assert.deepEqual(await get('/healthz', 'POST'), [405, 'only GET and HEAD\n']);
    assert.deepEqual(await get('/healthz/'), [404, 'here are /healthz, /health/ready, /readyz and /metrics\n']);
    assert.equal((await get('/debug/pprof'))[0], 404);
  });

  it('refuses headers over 8 KiB', async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}/healthz`, { headers: { a: 'x'.repeat(9000) } });
    assert.equal(response.status, 431);
  });

  it('answers a probe while hundreds of half-sent requests are dialled anew as fast as they are ended', async () => {
    const port = server.port ?? 0;
    let isOn = true;
    let ended = 0;
    const sockets = new Set<Socket>();
    // 32 addresses of one machine: no bound on one address ends what the others hold.
    const dial = (index: number) => {
      if (!isOn) return;
      const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.1.${1 + (index % 32)}` });
      sockets.add(socket);
      socket.on('connect', () => socket.write('GET /healthz HTTP/1.1\r\nx: '));
      socket.on('error', () => {});
      socket.on('close', () => {
        ended += 1;
        sockets.delete(socket);
        setImmediate(dial, index);
      });
    };
    for (let index = 0; index < 300; index += 1) dial(index);
    const probes: number[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      probes.push(Number((await get('/healthz'))[0]));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    isOn = false;
    for (const socket of sockets) socket.destroy();
    assert.deepEqual(new Set(probes), new Set([200]));
    assert.ok(ended > 0);
  });

  it('ends the connection of one address that was silent longest, and not one that speaks', async () => {
    const open = () =>
      new Promise<Socket>((resolve) => {
        const socket = connect(server.port ?? 0, '127.0.0.1', () => resolve(socket));
        socket.on('error', () => {});
      });
    const speak = async (socket: Socket) => {
      socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
      await new Promise((resolve) => socket.once('data', resolve));
    };
    const speaking = await open();
    await speak(speaking);
    const silent = await open();
    const silentEnd = new Promise((resolve) => silent.on('close', resolve));
    await speak(speaking);
    // Beyond the grace in which a request would have come.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const others = await Promise.all(Array.from({ length: 15 }, open));
    await silentEnd;
    await speak(speaking);
    for (const socket of [speaking, ...others]) socket.destroy();
  });

  it('stops while a client is connected', async () => {
    const { port } = server;
    const socket = connect(port ?? 0, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    await get('/healthz');
    await server.stop();
    await closed;
    assert.equal(server.port, undefined);
  });

  it('says which address it cannot have', async () => {
    const second = new HealthServer({
      address: { host: '127.0.0.1', port: server.port ?? 0 },
      readiness,
      metrics: createMetrics({ version: '1' }),
    });
    await assert.rejects(second.start(), {
      name: 'StartupError',
      message: `cannot listen on 127.0.0.1:${server.port} for health and metrics (EADDRINUSE): another process has this port; choose another with --http-addr`,
    });
    await second.stop();
  });

  it('does nothing where it is switched off', async () => {
    const off = new HealthServer({ address: 'off', readiness, metrics: createMetrics({ version: '1' }) });
    await off.start();
    assert.equal(off.port, undefined);
    await off.stop();
  });
});
