// What a store that a tenant runs may answer: a seed brings one answer, as the bytes that go to the wire.
import { mutate } from '../plan/hostile-class.ts';
import type { Random } from '../plan/random.ts';

/** Pieces of text that have broken encoders, loggers and terminals before. */
export const TEXTS: readonly string[] = [
  '\ud800',
  'a\udfff',
  '\u0000',
  '\u001b[2J',
  '\r\nX-Injected: 1',
  '\u202e',
  '\u{1f600}',
  '__proto__',
  'constructor',
  'toString',
  '%',
  '%s%n',
  '$(x)',
  '"',
  '\\',
  '\u2028',
  '::error::x',
  '##vso[task.complete]',
  'é'.repeat(100),
  'a'.repeat(5_000),
];
const NUMBERS = [
  '0',
  '-0',
  '1e400',
  '-1',
  '12345678901234567890',
  '1.10',
  '9'.repeat(400),
  '3600',
  '4294967296',
  '2147483648000',
  '0.5',
];
const STATUSES = [
  200, 201, 202, 204, 206, 299, 300, 304, 400, 401, 403, 404, 405, 412, 413, 418, 429, 472, 473, 474, 500, 501, 502,
  503, 504, 599,
];
const LOCATIONS = [
  '/v1/x',
  '//other.example/x',
  'http://127.0.0.1:1/x',
  'file:///etc/passwd',
  'http://169.254.169.254/latest',
  'https://[::1]/',
  'unix:///x',
  '',
  '\u0001',
];

/** `hold`: the connection stays open after the bytes, until the other side gives up. */
export interface HostileAnswer {
  readonly bytes: Buffer;
  readonly hold: boolean;
}

/** @param owner the account that the request's token was given to; its values carry the name */
export function hostileAnswer(random: Random, owner: string, token: string): HostileAnswer {
  const kind = random.below(100);
  if (kind < 40) return whole(200, body(random, owner), random);
  if (kind < 50) return whole(200, mutate(random, body(random, 'anybody')).slice(0, 200_000), random);
  if (kind < 70) return whole(random.pick(STATUSES), errors(random, token), random);
  if (kind < 76) return whole(random.pick([301, 302, 307, 308]), '', random, `location: ${random.pick(LOCATIONS)}\r\n`);
  if (kind < 78)
    return raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', random.oneIn(50));
  if (kind < 80) return raw(`HTTP/1.1 103 Early Hints\r\n\r\n`.repeat(1 + random.below(50)) + head(204, 0), false);
  if (kind < 83) return raw(head(200, random.below(2_000)) + body(random, owner).slice(0, 500), false);
  if (kind < 86)
    return raw(
      `${statusLine(200)}transfer-encoding: chunked\r\n\r\n${random.pick(['zz\r\n', 'ffffffffffffffff\r\n', '5\r\nabc', '3\r\nabc\r\n'])}`,
      random.oneIn(100),
    );
  if (kind < 88) return raw(`${statusLine(200)}${'x: y\r\n'.repeat(random.below(4_000))}\r\n`, false);
  if (kind < 90) return raw(mutate(random, `${head(200, 2)}{}`).slice(0, 50_000), false);
  if (kind < 92)
    return raw(
      `${statusLine(200)}content-encoding: ${random.pick(['gzip', 'br', 'x'])}\r\ncontent-length: 4\r\n\r\nabcd`,
      false,
    );
  if (kind < 94)
    return raw(
      random.pick([
        '',
        '\0'.repeat(100),
        '220 mail ready\r\n',
        'HTTP/0.9\r\n\r\n',
        'HTTP/1.1 999999 x\r\n\r\n',
        `${'z'.repeat(20_000)}\r\n`,
      ]),
      random.oneIn(200),
    );
  if (random.oneIn(40)) return whole(200, large(random), random);
  return whole(200, lease(random, owner), random);
}

/**
 * A login's answer: mostly a token that the store knows again.
 * @param jwt what the pod logged in with, which a refusal says back; a token that was never given is nobody's secret
 */
export function hostileLogin(random: Random, token: string, jwt: string): HostileAnswer {
  if (!random.oneIn(6)) return whole(200, login(token, '3600', 'true', '{}'), random);
  if (random.oneIn(3)) return hostileAnswer(random, 'nobody', jwt);
  const odd = JSON.stringify(`${token}${random.pick(TEXTS)}`);
  return whole(
    200,
    login(
      random.oneIn(2) ? token : JSON.parse(odd),
      random.pick(NUMBERS),
      random.pick(['true', 'false', '1', 'null']),
      random.pick([
        '{}',
        'null',
        '[]',
        '{"__proto__":"x"}',
        '{"service_account_name":"shop","service_account_namespace":"victim"}',
      ]),
    ),
    random,
  );
}

function login(token: string, duration: string, renewable: string, metadata: string): string {
  return `{"auth":{"client_token":${JSON.stringify(token)},"lease_duration":${duration},"renewable":${renewable},"metadata":${metadata}}}`;
}

function body(random: Random, owner: string): string {
  const inner = `{"value":${value(random, owner)},"other":${value(random, owner)}}`;
  const data = random.oneIn(2)
    ? inner
    : `{"data":${inner},"metadata":{"version":${random.pick(NUMBERS)},"deletion_time":${JSON.stringify(random.pick(TEXTS))}}}`;
  return `{"request_id":"x","lease_id":"","lease_duration":${random.pick(NUMBERS)},"data":${data},"warnings":null}`;
}

function value(random: Random, owner: string): string {
  const kind = random.below(10);
  if (kind < 4) return JSON.stringify(`value-of-${owner}-${random.below(1_000)}`);
  if (kind < 6) return JSON.stringify(random.pick(TEXTS));
  if (kind === 6) return random.pick(NUMBERS);
  if (kind === 7) return random.pick(['null', 'true', '[]', '{}', '"\\ud800"', '"\\u0000"']);
  if (kind === 8)
    return `${'['.repeat(random.size(2_000))}1`.replace(/^\[*/, (open) => open) + ']'.repeat(random.size(2_000));
  return `{"a":${JSON.stringify(random.pick(TEXTS))},"a":1,"__proto__":{"x":${random.pick(NUMBERS)}}}`;
}

function errors(random: Random, token: string): string {
  const texts = Array.from({ length: random.size(300) }, () => random.pick(TEXTS));
  // A store that says back what it was sent.
  return JSON.stringify({ errors: [...texts, `permission denied for ${token}`, token], warnings: texts.slice(0, 3) });
}

function lease(random: Random, owner: string): string {
  const id = JSON.stringify(random.oneIn(4) ? random.pick(TEXTS) : `db/creds/app/${random.below(1e9)}`);
  const rest = random.pick([
    '',
    ',"auth":{"client_token":"s.other","lease_duration":60}',
    ',"wrap_info":{"token":"s.wrapped","ttl":60}',
    ',"auth":[]',
    ',"wrap_info":null',
  ]);
  return `{"lease_id":${id},"lease_duration":${random.pick(NUMBERS)},"renewable":${random.pick(['true', 'false', '1'])},"data":{"value":"value-of-${owner}"}${rest}}`;
}

/** Up to the bound of an answer, in shapes that cost most as objects. */
function large(random: Random): string {
  const item = random.pick(['1,', '{},', '[],', '"",', '"\\u0000",', '1e9,']);
  return `{"data":{"value":[${item.repeat(random.below(300_000))}1]}}`;
}

function whole(status: number, text: string, random: Random, headers = ''): HostileAnswer {
  const type = random.oneIn(10) ? 'text/html' : 'application/json';
  const content = Buffer.from(text);
  const top = `${statusLine(status)}content-type: ${type}\r\n${headers}content-length: ${content.length}\r\n\r\n`;
  return { bytes: Buffer.concat([Buffer.from(top, 'latin1'), content]), hold: false };
}

function raw(text: string, hold: boolean): HostileAnswer {
  return { bytes: Buffer.from(text, 'latin1'), hold };
}

function head(status: number, length: number): string {
  return `${statusLine(status)}content-length: ${length}\r\n\r\n`;
}

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} x\r\n`;
}
