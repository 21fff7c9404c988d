// What stands between the daemon and the store in some cases: the same real store behind TLS, behind a Unix socket,
// below a path, busy, hanging. Each hears every request that passes it. None of them takes LIST (faulty-store.ts).
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { createAuthority } from '../harness/certificates.ts';
import {
  answer,
  type Behaviour,
  type FaultyStore,
  hang,
  type SeenRequest,
  startFaultyStore,
} from '../harness/faulty-store.ts';

export interface Fronts {
  /** `${...}` in cases, with the certificates' files: ca.pem and ca/, client.pem and client.key. */
  readonly variables: ReadonlyMap<string, string>;
  readonly requests: readonly SeenRequest[];
  /** Accepted so far. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** Logins, and their revocation. */
const LOGIN = /^\/v1\/auth\//;
/** Reads that must be under way at the same time before one of them is answered. */
const TOGETHER = 10;
const PREFIX = '/some/path';

/** @param canned answers in place of the store's, by path: for what a real store does not say on request. */
export async function startFronts(target: string, dir: string, canned: ReadonlyMap<string, string>): Promise<Fronts> {
  const authority = createAuthority('the authority of the cases');
  const client = authority.issue({ names: ['provider'] });
  mkdirSync(join(dir, 'ca'));
  writeFileSync(join(dir, 'ca', 'store.pem'), authority.certPem);
  writeFileSync(join(dir, 'ca.pem'), authority.certPem);
  writeFileSync(join(dir, 'client.pem'), client.certPem);
  writeFileSync(join(dir, 'client.key'), client.keyPem);

  const agent = new http.Agent({ keepAlive: true });
  const pass = passTo(target, agent);
  const tls = authority.issue({ names: ['127.0.0.1'] });
  const started: Readonly<Record<string, FaultyStore>> = {
    counted: await startFaultyStore({ behaviour: pass }),
    tls: await startFaultyStore({ behaviour: pass, tls }),
    'tls-named': await startFaultyStore({ behaviour: pass, tls: authority.issue({ names: ['store.internal'] }) }),
    'tls-client': await startFaultyStore({ behaviour: pass, tls, clientCa: authority.certPem }),
    unix: await startFaultyStore({ behaviour: pass, socketPath: join(dir, 'agent.sock') }),
    below: await startFaultyStore({ behaviour: below(PREFIX, pass) }),
    canned: await startFaultyStore({ behaviour: (seen, response) => say(canned.get(seen.url), pass)(seen, response) }),
    together: await startFaultyStore({ behaviour: exceptLogins(pass, together(TOGETHER, pass)) }),
    busy: await startFaultyStore({ behaviour: exceptLogins(pass, answer(503, { errors: ['busy'] })) }),
    hanging: await startFaultyStore({ behaviour: exceptLogins(pass, hang) }),
  };
  return {
    variables: new Map([
      ...Object.entries(started).map(([name, front]) => [name, front.address] as const),
      ['below', `${started['below']?.address}${PREFIX}`],
    ]),
    get requests() {
      return Object.values(started).flatMap(({ requests }) => requests);
    },
    get connections() {
      return Object.values(started).reduce((sum, front) => sum + front.connections, 0);
    },
    async stop() {
      await Promise.all(Object.values(started).map((front) => front.stop()));
      agent.destroy();
    },
  };
}

export function passTo(target: string, agent: http.Agent): Behaviour {
  return ({ method, url, headers, body }, response) => {
    const onward = http.request(`${target}${url}`, { agent, method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  };
}

function below(prefix: string, behaviour: Behaviour): Behaviour {
  return (seen, response) =>
    seen.url.startsWith(`${prefix}/v1/`)
      ? behaviour({ ...seen, url: seen.url.slice(prefix.length) }, response)
      : answer(404, 'somebody else')(seen, response);
}

function exceptLogins(login: Behaviour, rest: Behaviour): Behaviour {
  return (seen, response) => (LOGIN.test(seen.url) ? login : rest)(seen, response);
}

function together(count: number, behaviour: Behaviour): Behaviour {
  const waiting: (() => void)[] = [];
  return (seen, response) => {
    if (waiting.push(() => behaviour(seen, response)) < count) return;
    for (const goOn of waiting.splice(0)) goOn();
  };
}

function say(text: string | undefined, otherwise: Behaviour): Behaviour {
  return text === undefined ? otherwise : answer(200, text);
}
