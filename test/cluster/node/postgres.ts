// A PostgreSQL in the node's network for the store's database engine, where the machine has one installed. It runs as
// its own user, as it refuses root, and keeps its data in the node's memory, where a reboot leaves it: it stands for
// another machine.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from './node.ts';

const FOLDER = '/dev/shm/postgres';
const PORT = 5433;
const PASSWORD = 'password-of-an-administrator';
const INSTALLED = '/usr/lib/postgresql';

const started = new WeakMap<Node, Promise<Postgres | undefined>>();

export class Postgres {
  readonly #node: Node;
  readonly #programs: string;

  private constructor(node: Node, programs: string) {
    this.#node = node;
    this.#programs = programs;
  }

  /** The node's one. Undefined if none is installed. */
  static start(node: Node): Promise<Postgres | undefined> {
    const running = started.get(node) ?? Postgres.#startOn(node);
    started.set(node, running);
    return running;
  }

  static async #startOn(node: Node): Promise<Postgres | undefined> {
    const [version] = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort().reverse() : [];
    if (version === undefined) return undefined;
    const postgres = new Postgres(node, join(INSTALLED, version, 'bin'));
    await postgres.#start();
    return postgres;
  }

  async #start(): Promise<void> {
    const data = join(FOLDER, 'data');
    const passwordFile = join(FOLDER, 'password');
    await this.#node.run(['install', '-d', '-o', 'postgres', '-g', 'postgres', '-m', '700', FOLDER]);
    await this.#node.run(['sh', '-c', `cat >${passwordFile}; chmod 644 ${passwordFile}`], { input: PASSWORD });
    const how = ['-D', data, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-sync'];
    await this.#node.run(this.#run('initdb', ...how));
    const settings = ['listen_addresses=127.0.0.1', `port=${PORT}`, `unix_socket_directories=${FOLDER}`, 'fsync=off'];
    this.#node.start('postgres', this.#run('postgres', '-D', data, ...settings.flatMap((one) => ['-c', one])));
    await this.#node.until('PostgreSQL', () => this.query('postgres', PASSWORD, 'select 1'));
  }

  /** For the `connection_url` and what goes with it of the store's database engine. */
  get connection(): object {
    return {
      plugin_name: 'postgresql-database-plugin',
      connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${PORT}/postgres?sslmode=disable`,
      username: 'postgres',
      password: PASSWORD,
    };
  }

  asOwner(sql: string): Promise<string> {
    return this.query('postgres', PASSWORD, sql);
  }

  async query(user: string, password: string, sql: string): Promise<string> {
    const psql = join(this.#programs, 'psql');
    const where = ['-h', '127.0.0.1', '-p', String(PORT), '-U', user, '-d', 'postgres'];
    return (await this.#node.run(['env', `PGPASSWORD=${password}`, psql, ...where, '-tAc', sql])).trim();
  }

  #run(program: string, ...args: readonly string[]): readonly string[] {
    const owner = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
    return ['setpriv', ...owner, 'env', '-i', '-C', FOLDER, join(this.#programs, program), ...args];
  }
}
