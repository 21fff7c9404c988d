// `secretmount check` as a person runs it, in this process, with files that are gone afterwards.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ExitCode, run } from '../../src/cli/run.ts';

export interface Run {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export async function runCheck(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  isTerminal = false,
): Promise<Run> {
  let [out, err] = ['', ''];
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isTerminal,
  };
  const code = await run(['check', ...args], env, streams);
  return { code, out, err };
}

export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'secretmount-check-'));

  write(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** @param parameters further ones, as lines of YAML. */
export function classOf(name: string, paths: readonly string[], ...parameters: readonly string[]): string {
  const objects = paths.map((path, index) => `      - {objectName: o${index}, secretPath: "${path}", secretKey: a}\n`);
  return `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: ${name}}
spec:
  provider: vault
  parameters:
    roleName: app
${parameters.map((line) => `    ${line}\n`).join('')}    objects: |
${objects.join('')}`;
}
