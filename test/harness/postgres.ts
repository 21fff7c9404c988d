// A real PostgreSQL on a folder and a port of its own, with passwords asked for and nothing synced to disk. It ends,
// and its folder goes, with the process that started it, however that ends.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePorts } from './ports.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binary.ts';

const run = promisify(execFile);

export interface PostgresLogin {
  readonly user: string;
  readonly password: string;
}

/** A connection that stays open. */
export interface PostgresSession {
  /** Rows of the answer, fields separated by tabs. @throws Error if the connection is gone. */
  query(sql: string): Promise<readonly string[]>;
  close(): void;
}

export interface Postgres {
  readonly port: number;
  readonly admin: PostgresLogin;
  /** By a connection of its own. @throws Error with the server's words. */
  query(sql: string, login?: PostgresLogin): Promise<readonly string[]>;
  open(login: PostgresLogin): Promise<PostgresSession>;
  /** It ends and keeps its data: `INT` lets it shut down, `QUIT` ends it as a crash does. */
  halt(how: 'INT' | 'QUIT'): Promise<void>;
  /** After halt(), on the same port with the same data. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** Some 0.7 s here; a loaded machine may need far more. */
const READY_WITHIN_MS = 60_000;
/** Another process can take the port between our look and the server's start. */
const START_TRIES = 3;
const ADMIN: PostgresLogin = { user: 'postgres', password: 'admin-of-a-test' };
/** Ends each answer of an open connection. */
const END_OF_ANSWER = '--end of answer--';

/**
 * Reads words on its standard input, which closes with us also where we are killed. The signals of a terminal go to all
 * of its processes, so this one must not heed them. Arguments: folder, port, bin, then the words that drop root.
 */
const KEEPER = `
trap '' HUP INT TERM
dir=$1 port=$2 bin=$3; shift 3
trap 'rm -rf "$dir"' EXIT
exec 3<&0 </dev/null
"$@" "$bin/initdb" -D "$dir/data" -U postgres --pwfile="$dir/password" --auth=scram-sha-256 --no-sync || exit
{
  while read -r word <&3; do
    case $word in
      start) touch "$dir/resumed" ;;
      *) touch "$dir/halted"; kill -"$word" "$(cat "$dir/pid")" ;;
    esac
  done
  touch "$dir/over"
  kill -QUIT "$(cat "$dir/pid")"
} &
until [ -e "$dir/over" ]; do
  "$@" "$bin/postgres" -D "$dir/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \\
    -c fsync=off -c max_connections=60 &
  echo $! >"$dir/pid"
  [ -e "$dir/over" ] && kill -QUIT $!
  wait $!
  [ -e "$dir/halted" ] || exit
  until [ -e "$dir/resumed" ] || [ -e "$dir/over" ]; do sleep 0.05; done
  rm -f "$dir/halted" "$dir/resumed"
done
`;

export interface PostgresOptions {
  /** Nobody stops it: it ends with this process, which it does not keep alive. */
  readonly isForAll?: boolean;
}

export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const binaries = await findPostgres();
  for (let tries = 1; ; tries += 1) {
    const server = await Server.start(binaries, await findFreePorts(true));
    try {
      await server.untilReady();
      if (options.isForAll) server.unref();
      return server;
    } catch (error) {
      await server.stop();
      if (tries === START_TRIES) throw error;
    }
  }
}

class Server implements Postgres {
  readonly port: number;
  readonly admin = ADMIN;
  readonly #binaries: PostgresBinaries;
  readonly #keeper: ChildProcess;
  readonly #ended: Promise<void>;
  #hasEnded = false;
  #output = '';

  private constructor(binaries: PostgresBinaries, port: number, folder: string, dropRoot: readonly string[]) {
    this.port = port;
    this.#binaries = binaries;
    const args = ['-c', KEEPER, 'sh', folder, String(port), binaries.bin, ...dropRoot];
    this.#keeper = spawn('sh', args, { env: this.#env(), stdio: ['pipe', 'pipe', 'pipe'] });
    const keep = (part: Buffer) => {
      this.#output = (this.#output + part.toString()).slice(-4096);
    };
    this.#keeper.stdout?.on('data', keep);
    this.#keeper.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => {
      this.#keeper.once('close', () => {
        this.#hasEnded = true;
        resolve();
      });
    });
  }

  static async start(binaries: PostgresBinaries, port: number): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
    await writeFile(join(folder, 'password'), ADMIN.password);
    return new Server(binaries, port, folder, await giveAway(folder));
  }

  async untilReady(): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until && !this.#hasEnded) {
      const answer = await this.query('select 1').catch(() => undefined);
      if (answer !== undefined) return;
      await sleep(50);
    }
    throw new Error(`PostgreSQL was not ready in time:\n${this.#output}`);
  }

  unref(): void {
    this.#keeper.unref();
    const { stdin, stdout, stderr } = this.#keeper;
    for (const pipe of [stdin, stdout, stderr]) (pipe as Socket).unref();
  }

  async query(sql: string, login = ADMIN): Promise<readonly string[]> {
    const { stdout } = await run(join(this.#binaries.bin, 'psql'), [...this.#psqlArgs(login), '-c', sql], {
      env: this.#env(login),
    });
    return stdout.split('\n').filter((line) => line !== '');
  }

  async open(login: PostgresLogin): Promise<PostgresSession> {
    const client = spawn(join(this.#binaries.bin, 'psql'), this.#psqlArgs(login), {
      env: this.#env(login),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const session = new PsqlSession(client);
    await session.query('select 1');
    return session;
  }

  async halt(how: 'INT' | 'QUIT'): Promise<void> {
    this.#keeper.stdin?.write(`${how}\n`);
    while (await isListening(this.port)) await sleep(10);
  }

  async resume(): Promise<void> {
    this.#keeper.stdin?.write('start\n');
    await this.untilReady();
  }

  async stop(): Promise<void> {
    this.#keeper.stdin?.end();
    await this.#ended;
  }

  #psqlArgs({ user }: PostgresLogin): readonly string[] {
    const server = ['-h', '127.0.0.1', '-p', String(this.port), '-U', user, '-d', 'postgres'];
    return ['-X', '-q', '-A', '-t', '-F', '\t', '-w', '-v', 'ON_ERROR_STOP=1', ...server];
  }

  /** Fresh: PG variables of the developer's shell must not reach it. */
  #env(login?: PostgresLogin): NodeJS.ProcessEnv {
    const password = login === undefined ? {} : { PGPASSWORD: login.password };
    return { PATH: process.env['PATH'], LC_ALL: 'C', ...this.#binaries.env, ...password };
  }
}

class PsqlSession implements PostgresSession {
  readonly #client: ChildProcess;
  #output = '';
  #errors = '';
  #isOver = false;
  #heard = () => {};

  constructor(client: ChildProcess) {
    this.#client = client;
    client.stdout?.on('data', (part: Buffer) => {
      this.#output += part.toString();
      this.#heard();
    });
    client.stderr?.on('data', (part: Buffer) => {
      this.#errors += part.toString();
    });
    // Its end is told by `close`; a write to what has ended must not end us.
    client.stdin?.on('error', () => {});
    client.once('close', () => {
      this.#isOver = true;
      this.#heard();
    });
  }

  async query(sql: string): Promise<readonly string[]> {
    this.#output = '';
    this.#client.stdin?.write(`${sql};\n\\echo ${END_OF_ANSWER}\n`);
    while (!this.#output.includes(`${END_OF_ANSWER}\n`)) {
      if (this.#isOver) throw new Error(`the connection is gone: ${this.#errors}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.#output.split('\n').filter((line) => line !== '' && line !== END_OF_ANSWER);
  }

  close(): void {
    this.#client.stdin?.end();
  }
}

/** PostgreSQL does not run as root. @returns the words before a command that make it run as who owns the folder now. */
async function giveAway(folder: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const user = await run('id', ['-u', 'postgres']).then(
    () => 'postgres',
    () => 'nobody',
  );
  await run('chown', ['-R', user, folder]);
  await chmod(folder, 0o700);
  const { stdout } = await run('id', ['-g', user]);
  return ['setpriv', `--reuid=${user}`, `--regid=${stdout.trim()}`, '--clear-groups'];
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
