// The last steps of an answer: what throws there is answered with INTERNAL and told of, and reaches no event loop.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { MountError } from '../../src/errors.ts';
import type { Fact } from '../../src/events.ts';
import { Calls } from '../../src/server/calls.ts';
import { closeForbiddenCodes } from '../../src/server/closed-codes.ts';
import { guardHandler } from '../../src/server/guarded-handler.ts';
import { statusOf } from '../../src/server/status.ts';
import { RawConnection } from '../harness/raw-call.ts';

describe('a guarded handler', () => {
  type Handle = Parameters<typeof guardHandler<string, string>>[0];
  const run = (handle: Handle, callback: sendUnaryData<string>) => {
    const facts: Fact[] = [];
    guardHandler(handle, (fact) => facts.push(fact))({} as ServerUnaryCall<string, string>, callback);
    return facts.map((fact) => fact.type);
  };

  it('passes an answer on as it is', () => {
    const sent: unknown[] = [];
    const facts = run(
      (_call, callback) => callback(null, 'good'),
      (...answer) => sent.push(answer),
    );
    assert.deepEqual([facts, sent], [[], [[null, 'good']]]);
  });

  it('that throws, or whose answer cannot be sent, answers INTERNAL with its reason', () => {
    const handlers: Handle[] = [
      () => {
        throw new TypeError('x');
      },
      (_call, callback) => callback(null, 'unsendable'),
      (_call, callback) => callback({ code: 3, details: '\ud800' }, null),
    ];
    for (const handle of handlers) {
      const sent: unknown[] = [];
      const facts = run(handle, (error, value) => {
        if (value === 'unsendable') throw new RangeError('x');
        encodeURI(String(error?.['details' as keyof typeof error]));
        sent.push(error);
      });
      assert.deepEqual(facts, ['fault']);
      assert.match(JSON.stringify(sent), /^\[\{"code":13,"details":".*\[internal\]"\}\]$/);
    }
  });

  it('whose answer comes later is guarded on its way out too', async () => {
    const sent: unknown[] = [];
    let isThrown = false;
    const later: Handle = (_call, callback) =>
      void Promise.resolve()
        .then(() => callback(null, 'unsendable'))
        .catch(() => {
          isThrown = true;
        });
    run(later, (error, value) => {
      if (value === 'unsendable') throw new RangeError('x');
      sent.push(error);
    });
    await new Promise(setImmediate);
    assert.equal(isThrown, false);
    assert.match(JSON.stringify(sent), /"code":13/);
  });

  it('lives through a library that can send nothing at all', () => {
    const facts = run(
      (_call, callback) => callback(null, 'good'),
      () => {
        throw new Error('x');
      },
    );
    assert.deepEqual(facts, ['fault']);
  });
});

describe('the last step of every HTTP/2 stream', () => {
  let server: Http2Server;
  let client: RawConnection;
  let stop: () => void;
  const faults: unknown[] = [];
  let onStream: (stream: ServerHttp2Stream) => void;
  const thrown: unknown[] = [];

  before(async () => {
    stop = closeForbiddenCodes((cause) => faults.push(cause));
    server = createServer();
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.on('error', () => {});
      try {
        onStream(stream);
      } catch (error) {
        thrown.push(error);
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = new RawConnection({ port: (server.address() as AddressInfo).port });
  });
  after(() => {
    client.close();
    server.close();
    stop();
  });
  beforeEach(() => {
    faults.length = 0;
    thrown.length = 0;
  });

  const OK = { ':status': 200, 'content-type': 'application/grpc' };
  /** As the library does where it sends trailers. */
  const respondWith = (trailers: Record<string, string>) => (stream: ServerHttp2Stream) => {
    stream.respond(OK, { waitForTrailers: true });
    stream.once('wantTrailers', () => {
      try {
        stream.sendTrailers(trailers);
      } catch (error) {
        thrown.push(error);
      }
    });
    stream.end('x');
  };
  const ways: Readonly<Record<string, (trailers: Record<string, string>) => typeof onStream>> = {
    headers: (trailers) => (stream) => stream.respond({ ...OK, ...trailers }, { endStream: true }),
    trailers: respondWith,
  };

  for (const [where, way] of Object.entries(ways)) {
    it(`makes INTERNAL of ${where} that Node refuses`, async () => {
      onStream = way({ 'grpc-status': '3', 'no header': 'x' });
      const { status, message } = await client.call('/x', Buffer.alloc(0)).answer;
      assert.deepEqual([status, thrown, faults.length], [13, [], 1]);
      assert.match(message, /\[internal\]$/);
    });

    it(`encodes a text in ${where} that the other side would refuse`, async () => {
      for (const [text, shown] of [
        ['two\nlines', 'two\nlines'],
        ['half \ud800', 'half \ufffd'],
        ['\u{1f600}', '\u{1f600}'],
        ['encoded%20already', 'encoded already'],
      ] as const) {
        onStream = way({ 'grpc-status': '3', 'grpc-message': text });
        const { status, message } = await client.call('/x', Buffer.alloc(0)).answer;
        assert.deepEqual([status, message, thrown, faults], [3, shown, [], []]);
      }
    });
  }

  it('sends no forbidden code, and nothing to a caller that has gone', async () => {
    onStream = (stream) => stream.respond({ ...OK, 'grpc-status': '14' }, { endStream: true });
    assert.equal((await client.call('/x', Buffer.alloc(0)).answer).status, 9);
    onStream = (stream) => {
      stream.destroy();
      stream.respond({ ...OK, 'grpc-status': '3' }, { endStream: true });
    };
    assert.equal((await client.call('/x', Buffer.alloc(0)).answer).status, undefined);
    assert.deepEqual([faults, thrown], [[], []]);
  });
});

describe('a call in flight', () => {
  it('settles as its work does', async () => {
    const calls = new Calls();
    assert.equal(await calls.run(async () => 1), 1);
    await assert.rejects(
      calls.run(async () => Promise.reject(new MountError('internal', 'x'))),
      /x/,
    );
  });

  it('fails with what is thrown in its context while it runs, and no other call does', async () => {
    const calls = new Calls();
    const taken: boolean[] = [];
    const failing = calls.run(async () => {
      setTimeout(() => taken.push(calls.failCurrent(new Error('first'))), 5);
      await new Promise(() => {});
    });
    const other = calls.run(() => new Promise((resolve) => setTimeout(() => resolve('good'), 20)));
    await assert.rejects(failing, /first/);
    assert.equal(await other, 'good');
    assert.deepEqual(taken, [true]);
  });

  it('takes nothing once it has its outcome, nor outside of any', async () => {
    const calls = new Calls();
    let later: (() => boolean) | undefined;
    await calls.run(async () => {
      const { AsyncResource } = await import('node:async_hooks');
      later = AsyncResource.bind(() => calls.failCurrent(new Error('late')));
    });
    assert.equal(later?.(), false);
    assert.equal(calls.failCurrent(new Error('nowhere')), false);
  });
});

describe('the status of an error', () => {
  it('has a text that the library can write, whatever was cut in two', () => {
    const { details } = statusOf(new MountError('internal', 'half \ud83d a character'));
    assert.equal(details, 'half \ufffd a character [internal]');
    encodeURI(details);
  });
});
