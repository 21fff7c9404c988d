// Looks for values in all that a node keeps: files of its folder on the disk and of its memory file systems, which are
// all that it can write; what its processes were started with; and etcd. The volumes themselves are mounts of their own
// and are not entered. Run as a program in the node's namespaces; what it looks for comes over a pipe, so that it finds
// no trace of itself.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { MEMORY_FOLDERS } from './namespaces.ts';
import type { Node } from './node.ts';
import { PATIENCE_MS } from './wait.ts';

const ETCD = 'http://127.0.0.1:2379/v3/kv/range';
/** The whole key space, as etcd's gateway wants it. */
const ALL_KEYS = { key: 'AA==', range_end: 'AA==' };

/** Where Kubernetes keeps Secrets: what a class syncs is there because it was asked for. */
const SECRETS = '/registry/secrets/';

/** Tokens whose values nobody knows here: a service account's, and the store's. */
const TOKENS: Readonly<Record<string, RegExp>> = {
  'account token': /eyJ[\w-]{10,}\.eyJ[\w-]{20,}\.[\w-]{20,}/,
  'store token': /\b(?:hv)?[sb]\.(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])[A-Za-z0-9]{24,}\b/,
};

export interface Search {
  /** By name. */
  readonly values: Readonly<Record<string, string>>;
  /** The node's folder on the machine's disk. */
  readonly folder: string;
  /** Only files that changed after this one. */
  readonly newerThan: string;
  /** etcd's own files: its content is looked at key by key. */
  readonly except: string;
}

/** Each `what in where`, sorted, and how much was looked at. */
export interface Finding {
  readonly found: readonly string[];
  readonly files: number;
  readonly processes: number;
  readonly keys: number;
}

export async function search(node: Node, wanted: Search): Promise<Finding> {
  const program = [process.execPath, import.meta.filename];
  const answer = await node.run(program, { input: JSON.stringify(wanted), timeoutMs: PATIENCE_MS });
  return JSON.parse(answer) as Finding;
}

/** Names of what is in the bytes. */
export function findIn(bytes: Buffer, values: Search['values']): readonly string[] {
  const text = bytes.toString('latin1');
  const known = Object.entries(values).filter(([, value]) => formsOf(value).some((form) => bytes.includes(form)));
  const tokens = Object.entries(TOKENS).filter(([, pattern]) => pattern.test(text));
  return [...known, ...tokens].map(([name]) => name);
}

/**
 * As it is, as Go and Node write it in JSON, also in JSON that stands in JSON, in a URL, and in base64 wherever in a longer
 * text it stands: its three places there, less their edges.
 */
function formsOf(value: string): readonly string[] {
  const base64 = [0, 1, 2].map((place) => {
    const encoded = Buffer.from(`${'x'.repeat(place)}${value}`)
      .toString('base64')
      .replace(/=+$/, '');
    return encoded.slice(place === 0 ? 0 : 4, -1);
  });
  const json = inJson(value);
  return [value, ...json, ...json.flatMap(inJson), encodeURIComponent(value), ...base64];
}

function inJson(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [json, json.replaceAll('&', String.raw`\u0026`)];
}

async function listFiles(root: string, { newerThan, except }: Search): Promise<readonly string[]> {
  const found = ['-type', 'f', '-newer', newerThan, '-not', '-path', `${except}/*`, '-print0'];
  const { stdout } = await promisify(execFile)('find', [root, '-xdev', ...found], { maxBuffer: 2 ** 28 }).catch(
    // A file that goes meanwhile makes find complain, and still list the others.
    (failed: { stdout: string }) => failed,
  );
  return stdout.split('\0').filter(Boolean);
}

interface Started {
  readonly what: 'arguments' | 'environment';
  /** Its process. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** What each process in the node's namespaces was started with. One that ends meanwhile has nothing. */
async function listStarts(): Promise<readonly Started[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const starts = pids.map(async (pid): Promise<readonly Started[]> => {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`).catch(() => Buffer.alloc(0));
    const [comm, args, environment] = await Promise.all([read('comm'), read('cmdline'), read('environ')]);
    const name = comm.toString().trim();
    return [
      { what: 'arguments', name, bytes: args },
      { what: 'environment', name, bytes: environment },
    ];
  });
  return (await Promise.all(starts)).flat();
}

async function dumpEtcd(): Promise<readonly { key: string; value: Buffer }[]> {
  const response = await fetch(ETCD, { method: 'POST', body: JSON.stringify(ALL_KEYS) });
  const { kvs } = (await response.json()) as { kvs: { key: string; value?: string }[] };
  return kvs.map(({ key, value = '' }) => ({
    key: Buffer.from(key, 'base64').toString(),
    value: Buffer.from(value, 'base64'),
  }));
}

async function run(wanted: Search): Promise<Finding> {
  const found: string[] = [];
  const files = new Set(
    (await Promise.all([wanted.folder, ...MEMORY_FOLDERS].map((root) => listFiles(root, wanted)))).flat(),
  );
  for (const file of files) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    found.push(...findIn(bytes, wanted.values).map((what) => `${what} in ${file}`));
  }
  const starts = await listStarts();
  for (const { what, name, bytes } of starts) {
    found.push(...findIn(bytes, wanted.values).map((value) => `${value} in the ${what} of ${name}`));
  }
  const entries = await dumpEtcd();
  for (const { key, value } of entries) {
    const where = key.startsWith(SECRETS) ? 'a Secret' : key;
    found.push(...findIn(value, wanted.values).map((what) => `${what} in ${where}`));
  }
  return { found: [...new Set(found)].sort(), files: files.size, processes: starts.length / 2, keys: entries.length };
}

if (import.meta.main) {
  let text = '';
  for await (const part of process.stdin) text += part;
  process.stdout.write(JSON.stringify(await run(JSON.parse(text) as Search)));
}
