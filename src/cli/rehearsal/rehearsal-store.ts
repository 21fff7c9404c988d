// The store of a rehearsal: listens on the loopback address while the rehearsal lasts, with one answer to every login and
// one to every read. Requests without its token get nothing, should another process find the port.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { listen } from '../../listen.ts';

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
/** Above the length of any real request. */
const MOST_CHARS = 64 * 1024;

/** As Vault and OpenBao answer, field by field. */
const ANSWER = { request_id: 'rehearsal', lease_id: '', renewable: false, lease_duration: 0, data: null };
const REST = { wrap_info: null, warnings: null, auth: null };
const AUTH = {
  accessor: 'rehearsal',
  policies: ['default'],
  token_policies: ['default'],
  lease_duration: 3600,
  renewable: true,
  entity_id: 'rehearsal',
  token_type: 'service',
  orphan: true,
  mfa_requirement: null,
  num_uses: 0,
};
/** What the `kubernetes` method says of a login. */
const ACCOUNT = {
  service_account_name: 'rehearsal',
  service_account_namespace: 'rehearsal',
  service_account_uid: 'rehearsal',
};
const VERSIONED = {
  data: { username: 'rehearsal', password: 'rehearsal' },
  metadata: { created_time: '2026-01-01T00:00:00Z', custom_metadata: null, deletion_time: '', version: 1 },
};

export class RehearsalStore {
  readonly #token: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(token: string) {
    this.#token = token;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** @returns its address. @throws what the system says */
  async start(): Promise<string> {
    await listen(this.#server, { host: '127.0.0.1', port: 0 });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    let asked = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      asked += part;
      if (asked.length > MOST_CHARS) socket.destroy();
      if (!isWhole(asked)) return;
      if (asked.includes(this.#token)) socket.write(this.#answer(asked));
      else socket.destroy();
      asked = '';
    });
  }

  #answer(asked: string): string {
    const isLogin = asked.startsWith('POST ');
    const metadata = asked.startsWith('POST /v1/auth/kubernetes/') ? ACCOUNT : { role: 'rehearsal' };
    const said = isLogin ? { auth: { ...AUTH, metadata, client_token: this.#token } } : { data: VERSIONED };
    const body = JSON.stringify({ ...ANSWER, ...REST, ...said });
    const headers = ['HTTP/1.1 200 OK', 'cache-control: no-store', 'content-type: application/json'];
    return [...headers, `content-length: ${body.length}`].join('\r\n') + HEAD_END + body;
  }
}

function isWhole(asked: string): boolean {
  const headEnd = asked.indexOf(HEAD_END);
  return headEnd >= 0 && asked.length >= headEnd + HEAD_END.length + Number(LENGTH.exec(asked)?.[1] ?? 0);
}
