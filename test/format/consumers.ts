// The programs that files of each format are for, and what they say of a file.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../harness/executables.ts';
import { type Said, sayText } from './said.ts';

const run = promisify(execFile);
const HERE = join(import.meta.dirname, 'consumers');
const OPTIONS = { maxBuffer: 64 * 1024 * 1024, encoding: 'buffer' } as const;

export interface Asked {
  readonly file: string;
  /** The keys that are in it. */
  readonly keys: readonly string[];
}

export interface Consumer {
  readonly name: string;
  /** @returns why this machine cannot ask it; undefined: it can. */
  missing(): Promise<string | undefined>;
  /** @throws Error if it cannot read one of them, or warns of one */
  read(asked: readonly Asked[]): Promise<readonly Said[]>;
}

export type TextFormat = 'json' | 'yaml' | 'dotenv' | 'properties';

const GO_READERS = { json: 'encoding/json', yaml: 'gopkg.in/yaml.v3', sigs: 'sigs.k8s.io/yaml' } as const;

export const CONSUMERS: Readonly<Record<TextFormat, readonly Consumer[]>> = {
  json: [goProgram('json')],
  yaml: [goProgram('yaml'), goProgram('sigs'), pyYaml()],
  dotenv: [shell('bash'), shell('dash')],
  properties: [java()],
};

function shell(name: string): Consumer {
  return {
    name,
    missing: () => missingProgram(name),
    read: (asked) => Promise.all(asked.map(({ file, keys }) => source(name, file, keys))),
  };
}

/** Bash reads a person's .bashrc also for -c, if its input is a socket, as Node's pipes are. */
const WITHOUT_RC: Readonly<Record<string, readonly string[]>> = { bash: ['--norc'] };

/** No value holds a NUL byte, so they are told apart by it. */
async function source(shell: string, file: string, keys: readonly string[]): Promise<Said> {
  const printed = keys.map((key) => `"$${key}"`).join(' ');
  const stdout = await output(shell, [
    ...(WITHOUT_RC[shell] ?? []),
    '-c',
    `. "$1" && printf '%s\\0' ${printed}`,
    shell,
    file,
  ]);
  const texts = stdout.toString('latin1').split('\0');
  return Object.fromEntries(
    keys.map((key, index) => [Buffer.from(key).toString('hex'), sayText(Buffer.from(texts[index] ?? '', 'latin1'))]),
  );
}

function java(): Consumer {
  return {
    name: 'java.util.Properties',
    missing: () => missingProgram('java'),
    read: (asked) => lines('java', [join(HERE, 'Properties.java'), ...filesOf(asked)]),
  };
}

function pyYaml(): Consumer {
  return {
    name: 'PyYAML',
    missing: async () =>
      (await missingProgram('python3')) ??
      (await run('python3', ['-c', 'import yaml']).then(
        () => undefined,
        () => 'python3 has no module yaml',
      )),
    read: (asked) => lines('python3', [join(HERE, 'read_yaml.py'), ...filesOf(asked)]),
  };
}

function goProgram(reader: keyof typeof GO_READERS): Consumer {
  const cwd = join(HERE, 'go');
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', GOWORK: 'off' };
  return {
    name: GO_READERS[reader],
    missing: async () =>
      (await missingProgram('go')) ??
      (await run('go', ['mod', 'download'], { cwd, env }).then(
        () => undefined,
        () => 'go cannot fetch the modules',
      )),
    read: async (asked) => {
      const folder = await mkdtemp(join(tmpdir(), 'consumer-'));
      try {
        await run('go', ['build', '-o', join(folder, 'consumer'), '.'], { cwd, env });
        return await lines(join(folder, 'consumer'), [reader, ...filesOf(asked)]);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  };
}

function filesOf(asked: readonly Asked[]): string[] {
  return asked.map(({ file }) => file);
}

export async function missingProgram(name: string): Promise<string | undefined> {
  return (await findOnPath(name)) === undefined ? `${name} is not on this machine` : undefined;
}

async function lines(program: string, args: readonly string[]): Promise<readonly Said[]> {
  const stdout = await output(program, args);
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function output(program: string, args: readonly string[]): Promise<Buffer> {
  const { stdout, stderr } = await run(program, args, OPTIONS);
  if (stderr.length > 0) throw new Error(`${program} warns: ${stderr.toString().slice(0, 500)}`);
  return stdout;
}
