// A real PostgreSQL under the store's database engine: users that are renewed and users that live for seconds, and
// when each of them went, as seen in the database itself.
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenBao } from '../harness/openbao.ts';
import type { Postgres, PostgresSession } from '../harness/postgres.ts';
import type { Ledger } from './ledger.ts';

const MAKE_USER = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;
const ROLES = { renewed: ['10s', '24h'], brief: ['3s', '8s'] } as const;
const ENGINE = 'database';
const LOOK_EACH_MS = 100;

export class ChaosDatabase {
  readonly paths = Object.keys(ROLES).map((role) => `${ENGINE}/creds/${role}`);
  readonly postgres: Postgres;
  readonly #ledger: Ledger;
  readonly #looking: Promise<void>;
  #isOver = false;
  #session: PostgresSession | undefined;

  constructor(postgres: Postgres, ledger: Ledger) {
    this.postgres = postgres;
    this.#ledger = ledger;
    this.#looking = this.#look();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#looking;
    await this.postgres.stop();
  }

  async #look(): Promise<void> {
    for (; !this.#isOver; await sleep(LOOK_EACH_MS)) await this.#lookOnce().catch(() => this.#forgetSession());
    this.#forgetSession();
  }

  /** Only of those who were made before it asked: the store makes a user before it answers. */
  async #lookOnce(): Promise<void> {
    const made = [...this.#ledger.all()].filter(({ leaseId }) => leaseId.startsWith(`${ENGINE}/`));
    const askedAt = Date.now();
    this.#session ??= await this.postgres.open(this.postgres.admin);
    const users = new Set(await this.#session.query('select rolname from pg_roles'));
    for (const one of made) if (!users.has(one.mark)) one.goneAt = Math.min(one.goneAt, askedAt);
  }

  #forgetSession(): void {
    this.#session?.close();
    this.#session = undefined;
  }
}

export async function enableDatabase(bao: OpenBao, { port, admin }: Postgres): Promise<void> {
  const operator = bao.admin();
  await operator.mount({ mount_point: ENGINE, type: 'database' });
  await operator.write(`${ENGINE}/config/pg`, {
    plugin_name: 'postgresql-database-plugin',
    allowed_roles: ['*'],
    connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${port}/postgres?sslmode=disable&connect_timeout=1`,
    username: admin.user,
    password: admin.password,
  });
  for (const [name, [ttl, maxTtl]] of Object.entries(ROLES)) {
    const role = { db_name: 'pg', creation_statements: [MAKE_USER], default_ttl: ttl, max_ttl: maxTtl };
    await operator.write(`${ENGINE}/roles/${name}`, role);
  }
}
