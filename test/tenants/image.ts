// How the daemon runs on a node: Node's flags from the Dockerfile, the memory limit from the chart.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');
const MIB = 2 ** 20;

export function nodeFlags(): readonly string[] {
  const entry = /^ENTRYPOINT (\[[\s\S]*?\])$/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))?.[1];
  const words = JSON.parse((entry ?? '[]').replaceAll('\\\n', '')) as string[];
  const flags = words.filter((word) => word.startsWith('--'));
  if (flags.length === 0) throw new Error('the Dockerfile has no ENTRYPOINT with flags for Node');
  return flags;
}

export function memoryLimitBytes(): number {
  const values = parse(readFileSync(join(ROOT, 'deploy/helm/secretmount/values.yaml'), 'utf8'));
  const mib = /^(\d+)Mi$/.exec(values.resources.limits.memory)?.[1];
  if (mib === undefined) throw new Error('values.yaml has no memory limit in Mi');
  return Number(mib) * MIB;
}
