// One request to the API server, one bounded answer. Logs in with what config.ts found, and follows tokens and certificates
// as they are replaced. Failures to reach the server are errors; refusals are answers.
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { Clock } from '../clock.ts';
import { MountError } from '../errors.ts';
import { type JsonObject, parseJsonObject } from '../json.ts';
import { Secret } from '../secret.ts';
import { systemCode } from '../system-code.ts';
import { withinTime } from '../waiting.ts';
import type { ApiServer } from './api-server.ts';
import { SourceText } from './source-text.ts';
import { statusMessage } from './status-message.ts';

/** What we ask for is a token or a Secret: a few KiB, and a Secret is at most 1 MiB (1.4 in base64). */
const LARGEST_ANSWER_BYTES = 2 * 1024 * 1024;
/** A mount has 30 s in all and must still reach the store; API requests are answered in milliseconds. */
const TIMEOUT_MS = 10_000;
/** A node that restarts asks for hundreds of tokens at once, and the API server serves others too. */
const MOST_SOCKETS = 8;
/** Free connections go before anything between us and the API server drops them. */
const IDLE_SOCKET_MS = 15_000;

export interface ApiAnswer {
  /** 2xx, or a 4xx that is about the request: 403, 404, 409, 422, ... */
  readonly status: number;
  readonly body: Secret<JsonObject>;
  /** The message of a refusal, safe to show; empty if it has none. */
  readonly message: string;
}

/** An answer of any length, of which only the headers have arrived. */
export interface ApiStream {
  /** Any status, also 5xx and a second 401: the watch handles each. */
  readonly status: number;
  readonly message: string;
  /** The reader bounds it; leaving the loop closes the connection. undefined: refused. */
  readonly body: AsyncIterable<Buffer> | undefined;
}

export interface KubeClientOptions {
  readonly server: ApiServer;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly content: string | undefined;
  readonly accept: string;
  readonly agent: Agent | false;
  readonly signal: AbortSignal;
}

export class KubeClient {
  readonly namespace: string;
  readonly #server: ApiServer;
  readonly #timeoutMs: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS, timeout: IDLE_SOCKET_MS });
  readonly #token: SourceText | undefined;
  readonly #ca: SourceText | undefined;
  readonly #cert: SourceText | undefined;
  readonly #key: SourceText | undefined;

  constructor({ server, clock, timeoutMs = TIMEOUT_MS }: KubeClientOptions) {
    this.namespace = server.namespace;
    this.#server = server;
    this.#timeoutMs = timeoutMs;
    this.#token = server.token && new SourceText(server.token, clock);
    this.#ca = server.ca && new SourceText(server.ca, clock);
    this.#cert = server.certificate && new SourceText(server.certificate.cert, clock);
    this.#key = server.certificate && new SourceText(server.certificate.key, clock);
  }

  /**
   * @param path from `/api` on, percent-encoded.
   * @throws MountError api-unreachable: no answer, or one that says nothing of the request (401, 429, 5xx). If `signal`
   *   aborts first, its reason.
   */
  async request(
    method: ApiRequest['method'],
    path: string,
    body: Secret<JsonObject> | undefined,
    signal: AbortSignal,
  ): Promise<ApiAnswer> {
    const content = body && JSON.stringify(body.reveal());
    const fixed = { method, path, content, accept: 'application/json', agent: this.#agent };
    return this.#inTime(signal, (bounded) => this.#ask({ ...fixed, signal: bounded }));
  }

  /**
   * GET, on a connection of its own: a watch would hold one of the few for minutes. Only the wait for the answer's
   * beginning is bounded; its body goes on until it ends or `signal` aborts.
   * @throws MountError api-unreachable: no answer. If `signal` aborts first, its reason.
   */
  async stream(path: string, accept: string, signal: AbortSignal): Promise<ApiStream> {
    const fixed = { method: 'GET', path, content: undefined, accept, agent: false } as const;
    return this.#inTime(signal, (bounded) => this.#proven(() => this.#exchangeStream({ ...fixed, signal: bounded })));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #inTime<T>(signal: AbortSignal, work: (bounded: AbortSignal) => Promise<T>): Promise<T> {
    return withinTime(this.#timeoutMs, async (timeout) => {
      try {
        return await work(AbortSignal.any([signal, timeout]));
      } catch (thrown) {
        if (signal.aborted) throw signal.reason;
        if (thrown instanceof MountError) throw thrown;
        if (timeout.aborted) throw this.#unreachable(`did not answer within ${this.#timeoutMs / 1000} s`);
        throw this.#unreachable(`cannot be reached (${faultCode(thrown)})`, thrown);
      }
    });
  }

  async #ask(request: ApiRequest): Promise<ApiAnswer> {
    const answer = await this.#proven(() => this.#exchange(request));
    const { status, message } = answer;
    if (status < 200 || status === 401 || status === 429 || status >= 500) {
      throw this.#unreachable(message === '' ? `answered ${status}` : `answered ${status}: ${message}`);
    }
    return answer;
  }

  /** Retries once after a 401: token or certificate may have been replaced since they were last read. */
  async #proven<T extends { readonly status: number }>(exchange: () => Promise<T>): Promise<T> {
    const answer = await exchange();
    if (answer.status !== 401) return answer;
    for (const text of [this.#token, this.#cert, this.#key]) text?.expire();
    return exchange();
  }

  async #exchange(request: ApiRequest): Promise<ApiAnswer> {
    const token = await this.#token?.read();
    return this.#read(await this.#open(request, token), token);
  }

  async #exchangeStream(request: ApiRequest): Promise<ApiStream> {
    const token = await this.#token?.read();
    const response = await this.#open(request, token);
    if (response.statusCode === 200) return { status: 200, message: '', body: response };
    const { status, message } = await this.#read(response, token);
    return { status, message, body: undefined };
  }

  async #read(response: IncomingMessage, token: Secret<string> | undefined): Promise<ApiAnswer> {
    const status = response.statusCode ?? 0;
    const body = parseJsonObject(await this.#collect(response));
    if (body === undefined && status < 300)
      throw this.#unreachable('answered with something that is not a JSON object');
    return { status, body: new Secret(body ?? {}), message: status < 300 ? '' : statusMessage(body ?? {}, token) };
  }

  /** Resolves with the headers. */
  async #open({ method, path, content, accept, agent, signal }: ApiRequest, token: Secret<string> | undefined) {
    const { host, port, basePath, serverName, skipVerify } = this.#server;
    const headers: Record<string, string | number> = { accept, 'user-agent': 'secretmount' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token.reveal().trim()}`;
    if (content !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = Buffer.byteLength(content);
    }
    const options: RequestOptions = {
      // The agent pools connections by these contents: a replaced CA or certificate gets new ones.
      ca: (await this.#ca?.read())?.reveal(),
      cert: (await this.#cert?.read())?.reveal(),
      key: (await this.#key?.read())?.reveal(),
      rejectUnauthorized: !skipVerify,
      agent,
      host,
      port,
      path: basePath + path,
      method,
      headers,
      signal,
    };
    if (serverName !== undefined) options.servername = serverName;
    try {
      return await send(options, content);
    } catch (thrown) {
      if (!(thrown instanceof StaleConnection)) throw thrown;
      // All that we ask of the API server may be asked twice.
      return await send({ ...options, agent: false }, content);
    }
  }

  async #collect(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      // Leaving the loop destroys the response and its connection.
      if (sizeBytes > LARGEST_ANSWER_BYTES) throw this.#unreachable('answered with more than 2 MiB');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  #unreachable(what: string, cause?: unknown): MountError {
    const { host, port } = this.#server;
    return new MountError('api-unreachable', `the API server ${host}:${port} ${what}`, { cause });
  }
}

/** The other side closed a connection that had been idle, just as we wrote to it. */
class StaleConnection extends Error {}

function send(options: RequestOptions, content: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(options, resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && error.code === 'ECONNRESET' && !options.signal?.aborted;
      reject(isStale ? new StaleConnection() : error);
    });
    request.end(content);
  });
}

/** ECONNREFUSED, CERT_HAS_EXPIRED, ...: the code suffices, and the message beside it may quote anything. */
function faultCode(thrown: unknown): string {
  return systemCode(thrown) || 'no code';
}
