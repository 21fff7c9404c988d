// Folders in memory, states opened in them, and other processes that hold them.
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '../../src/events.ts';
import { Secret } from '../../src/secret.ts';
import { openState, type StateOptions } from '../../src/state/open-state.ts';
import type { State } from '../../src/state/state.ts';

export const KINDS = { volume: 2, session: 1 };
export type Kind = keyof typeof KINDS;

export class StateWorld {
  readonly folder = mkdtempSync('/dev/shm/state-');
  readonly degraded: string[] = [];
  readonly notices: Extract<Fact, { type: 'notice' }>[] = [];
  readonly #states: State<Kind>[] = [];
  readonly #processes: ChildProcess[] = [];

  place(...names: string[]): string {
    return join(this.folder, 'v1', ...names);
  }

  /** undefined if there is none. */
  async tryOpen(options: Partial<StateOptions<Kind>> = {}): Promise<State<Kind> | undefined> {
    const state = await openState({
      folder: this.folder,
      kinds: KINDS,
      maxBytes: 16 * 1024 * 1024,
      isRequired: false,
      emit: (fact) => {
        if (fact.type === 'notice') this.notices.push(fact);
        if (fact.type === 'degraded') this.degraded.push(`${fact.part} ${fact.isDegraded}`);
      },
      ...options,
      signal: options.signal ?? AbortSignal.timeout(60_000),
    });
    if (state !== undefined) this.#states.push(state);
    return state;
  }

  async open(options: Partial<StateOptions<Kind>> = {}): Promise<State<Kind>> {
    const state = await this.tryOpen(options);
    if (state === undefined) throw new Error(`no state: ${JSON.stringify(this.notices)}`);
    return state;
  }

  /** A process of test/state/process.ts; resolves at its first word. */
  async start(task: 'hold' | 'put' | 'read', deadly = ''): Promise<ChildProcess> {
    const started = fork(join(import.meta.dirname, 'process.ts'), [task, this.folder, deadly], { execArgv: [] });
    this.#processes.push(started);
    const [word] = await Promise.race([once(started, 'message'), once(started, 'exit')]);
    if (word !== 'open') throw new Error(`it said, or ended with, ${word}`);
    return started;
  }

  /** A process that dies over a record while it reads the volumes, as over one that fills its heap. */
  async dieOver(deadly: string): Promise<void> {
    const reader = await this.start('read', deadly);
    if (reader.signalCode === null) await once(reader, 'exit');
    if (reader.signalCode !== 'SIGKILL') throw new Error(`it read on: ${reader.exitCode}`);
  }

  async end(): Promise<void> {
    for (const state of this.#states) state.close();
    await Promise.all(this.#processes.map(kill));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function kill(started: ChildProcess): Promise<void> {
  if (started.exitCode !== null || started.signalCode !== null) return;
  started.kill('SIGKILL');
  await once(started, 'exit');
}

export function idOf(name: string | number): string {
  return createHash('sha256').update(String(name)).digest('hex');
}

export function secret(text: string): Secret<Uint8Array> {
  return new Secret(Buffer.from(text));
}

/** All bodies of a kind as text, by id. */
export async function texts(state: State<Kind>, kind: Kind): Promise<Record<string, string>> {
  const records = state.load(kind);
  return Object.fromEntries([...records].map(([id, { body }]) => [id, Buffer.from(body.reveal()).toString()]));
}
