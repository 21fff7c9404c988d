// Loaded into the built daemon before itself: throws where only a fault of ours, or of a library, would. The path that
// is asked for in the store chooses what is thrown. Each message holds a value that must reach nobody.
import { Buffer } from 'node:buffer';
import http from 'node:http';

const fault = (what: string) => new Error(`${what} with planted-secret-5d1e`);
const throwFault = (what: string) => {
  throw fault(what);
};

const THROWN: Readonly<Record<string, () => void>> = {
  timer: () => void setTimeout(() => throwFault('timer'), 10),
  promise: () => void Promise.resolve().then(() => throwFault('promise')),
  tick: () => process.nextTick(() => throwFault('tick')),
};

const { request } = http;
http.request = ((options: http.RequestOptions) => {
  const [, place = ''] = /throw-in-([a-z]+)/.exec(options.path ?? '') ?? [];
  THROWN[place]?.();
  const sent = request(options);
  if (place === 'handler') sent.on('response', () => throwFault('event handler'));
  return sent;
}) as typeof http.request;

// As if memory had run out while an answer was encoded: of this size is only the one that a test mounts.
const { allocUnsafe } = Buffer;
Buffer.allocUnsafe = (size) => {
  if (size > 777_000 && size < 777_300) throw new RangeError('Array buffer allocation failed: planted-secret-5d1e');
  return allocUnsafe(size);
};

// Outside of any mount, when a test wishes.
process.on('SIGUSR2', () => throwFault('signal handler'));
