// A reader's machine: the project's folder as far as the documentation's commands need it, with the program built and
// on the PATH, and a store of its own in place of the one at the usual address.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { EXAMPLE_SECRET } from '../demo/example-secret.ts';
import { type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { findOpenBao } from '../harness/openbao-binary.ts';
import { ROOT } from './page.ts';

/** Bounds a hang and judges no speed. */
const WITHIN_MS = 60_000;
/** What runs the tests has installed and built; `npm exec` finds the program where npm would. */
const NPM = `#!/bin/sh
case "$*" in
  ci | 'run build') ;;
  'exec -- secretmount '*) shift 3; exec secretmount "$@" ;;
  *) echo "not a reader's npm command: $*"; exit 1 ;;
esac
`;

export interface Ran {
  readonly exitCode: number | null;
  /** Both streams in one, as a terminal has them. */
  readonly output: string;
}

export class Reader {
  readonly #folder = mkdtempSync(join(tmpdir(), 'reader-'));
  readonly #memoryFolder = mkdtempSync('/dev/shm/reader-');
  readonly #store: OpenBao | undefined;

  private constructor(store: OpenBao | undefined, bao: string) {
    this.#store = store;
    for (const name of ['docs', 'deploy']) symlinkSync(join(ROOT, name), join(this.#folder, name));
    symlinkSync(join(ROOT, 'dist/start.js'), join(this.#folder, 'secretmount'));
    symlinkSync(bao, join(this.#folder, 'bao'));
    writeFileSync(join(this.#folder, 'npm'), NPM, { mode: 0o755 });
  }

  static async start({ hasStore }: { readonly hasStore: boolean }): Promise<Reader> {
    const store = hasStore ? await startOpenBao() : undefined;
    await store?.admin().write(EXAMPLE_SECRET.path, { data: EXAMPLE_SECRET.data });
    return new Reader(store, await findOpenBao());
  }

  run(commands: string): Ran {
    const { PATH = '' } = process.env;
    const env = { PATH: [this.#folder, dirname(process.execPath), PATH].join(delimiter), HOME: this.#folder };
    const script = `exec 2>&1\n${this.#exchange(commands, true)}`;
    const options = { cwd: this.#folder, env, encoding: 'utf8', timeout: WITHIN_MS } as const;
    const { status, stdout } = spawnSync('sh', ['-ec', script], options);
    return { exitCode: status, output: this.#exchange(stdout, false) };
  }

  async stop(): Promise<void> {
    for (const folder of [this.#folder, this.#memoryFolder]) rmSync(folder, { recursive: true });
    await this.#store?.stop();
  }

  /** What must be this run's own, in the commands and back again in what they print. */
  #exchange(text: string, isForUs: boolean): string {
    const pairs = [['/dev/shm/app', join(this.#memoryFolder, 'app')]];
    if (this.#store !== undefined) {
      pairs.push(['http://127.0.0.1:8200', this.#store.address], ['TOKEN=root', `TOKEN=${this.#store.rootToken}`]);
    }
    return pairs.reduce((done, [page = '', ours = '']) => done.replaceAll(...order(page, ours, isForUs)), text);
  }
}

function order(page: string, ours: string, isForUs: boolean): [string, string] {
  return isForUs ? [page, ours] : [ours, page];
}
