// The two things to compare with. `floor`: what the work costs at least, one login and all reads at once over kept
// connections. `oneAfterAnother`: what providers do that log in for each pod and read its objects in turn.
import http from 'node:http';
import https from 'node:https';

/** What one pod wants. */
export interface Wish {
  readonly jwt: string;
  readonly paths: readonly string[];
}

/** As many as the daemon allows itself (`--store-concurrency`). */
const CONNECTIONS = 32;

export class BareClient {
  readonly #port: number;
  readonly #caPem: string | undefined;
  readonly #agents: http.Agent[] = [];
  readonly #shared: http.Agent;
  readonly #single: http.Agent;
  /** By way and jwt, for polls. */
  readonly #tokens = new Map<string, string>();

  /** @param caPem of a store that speaks TLS */
  constructor(port: number, caPem?: string) {
    this.#port = port;
    this.#caPem = caPem;
    this.#shared = this.#newAgent(CONNECTIONS);
    this.#single = this.#newAgent(1);
  }

  async floor({ jwt, paths }: Wish): Promise<void> {
    const token = await this.#token(`floor ${jwt}`, jwt, this.#shared);
    await Promise.all(paths.map((path) => this.#read(path, token, this.#shared)));
  }

  /** @param ownConnection as a provider has it that opens one for each pod; without, one is kept for all. */
  async oneAfterAnother({ jwt, paths }: Wish, ownConnection: boolean): Promise<void> {
    const agent = ownConnection ? this.#newAgent(1) : this.#single;
    const token = await this.#token(`turn ${jwt}`, jwt, agent);
    for (const path of paths) await this.#read(path, token, agent);
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }

  #newAgent(connections: number): http.Agent {
    const kept = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
    const agent = this.#caPem === undefined ? new http.Agent(kept) : new https.Agent({ ...kept, ca: this.#caPem });
    this.#agents.push(agent);
    return agent;
  }

  /** A pod that was here before needs no login: kinder than the providers we know, which log in at each poll. */
  async #token(key: string, jwt: string, agent: http.Agent): Promise<string> {
    const known = this.#tokens.get(key);
    if (known !== undefined) return known;
    const answer = await this.#send('POST', 'auth/jwt/login', agent, {}, JSON.stringify({ jwt, role: 'app' }));
    const token = (answer as { auth: { client_token: string } }).auth.client_token;
    this.#tokens.set(key, token);
    return token;
  }

  #read(path: string, token: string, agent: http.Agent): Promise<unknown> {
    return this.#send('GET', path, agent, { 'x-vault-token': token });
  }

  #send(
    method: string,
    path: string,
    agent: http.Agent,
    headers: Record<string, string>,
    body?: string,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { request: open } = this.#caPem === undefined ? http : https;
      const request = open({
        agent,
        host: '127.0.0.1',
        port: this.#port,
        method,
        path: `/v1/${path}`,
        headers,
      });
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${response.statusCode}`));
        });
      });
      request.end(body);
    });
  }
}
