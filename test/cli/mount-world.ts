// `secretmount mount` as a person runs it, against the real store of the socket suite, into folders in memory.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExitCode, run } from '../../src/cli/run.ts';
import type { SocketWorld } from '../socket/world.ts';

export interface Run {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly out: () => string;
  readonly err: () => string;
  readonly code: Promise<ExitCode>;
  stop(): void;
}

const WAIT_MS = 60_000;

export class MountWorld {
  readonly world: SocketWorld;
  readonly #folder = mkdtempSync('/dev/shm/secretmount-test-');
  readonly #secrets: string[];

  constructor(world: SocketWorld, secrets: readonly string[]) {
    this.world = world;
    this.#secrets = [...secrets];
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** A file with a token, which must never be shown. */
  writeToken(name: string, token: string): string {
    this.#secrets.push(token);
    return this.write(name, `${token}\n`);
  }

  /** Flags as `name=value`. */
  start(file: string, ...flags: readonly string[]): Running {
    const stop = new AbortController();
    const output = { out: '', err: '' };
    const given = [`vault-addr=${this.world.bao.address}`, ...flags].map((flag) => `--${flag}`);
    const keep = (name: 'out' | 'err') => (text: string) => {
      output[name] += text;
      this.#assertClean(text);
    };
    const streams = { out: keep('out'), err: keep('err'), isTerminal: false };
    return {
      out: () => output.out,
      err: () => output.err,
      code: run(['mount', file, ...given], {}, streams, stop.signal),
      stop: () => stop.abort(),
    };
  }

  async run(file: string, ...flags: readonly string[]): Promise<Run> {
    const running = this.start(file, ...flags);
    return { code: await running.code, out: running.out(), err: running.err() };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #assertClean(text: string): void {
    for (const secret of this.#secrets) {
      for (const form of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')])
        assert.equal(text.includes(form), false, 'a secret was shown');
    }
  }
}

export async function until(isSo: () => boolean, what: string): Promise<void> {
  const untilAt = Date.now() + WAIT_MS;
  while (!isSo()) {
    if (Date.now() > untilAt) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function classYaml(name: string, objects: string, rest: { provider?: string; mount?: string } = {}): string {
  const lines = objects
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`);
  return `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: { name: ${name}, namespace: team }
spec:
  provider: ${rest.provider ?? 'vault'}
  parameters:
    roleName: app
    vaultAuthMountPath: ${rest.mount ?? 'jwt'}
    objects: |
${lines.join('\n')}
`;
}
