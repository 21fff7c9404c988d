// What the Vault Agent injector means by the annotations of a pod (vault-k8s, agent-inject/agent), rendered by a real
// `vault agent`: the files that each container sees. Only what records its answers anew needs it.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { promisify } from 'node:util';
import type { Manifest, SeenFile } from './consumers.ts';

export interface AgentStore {
  readonly binary: string;
  readonly address: string;
  readonly token: string;
}

const PREFIX = 'vault.hashicorp.com/';
const ON = ['1', 't', 'T', 'true', 'True', 'TRUE'];
const DEFAULTS: Readonly<Record<string, (path: string) => string>> = {
  map: (path) => `{{ with secret "${path}" }}{{ range $k, $v := .Data }}{{ $k }}: {{ $v }}\n{{ end }}{{ end }}`,
  json: (path) => `{{ with secret "${path}" }}{{ .Data | toJSON }}\n{{ end }}`,
};

/** By pod and container, its files by their paths. */
export type AgentFiles = Readonly<Record<string, Readonly<Record<string, SeenFile>>>>;

export async function renderPods(manifests: readonly Manifest[], store: AgentStore): Promise<AgentFiles> {
  const seen: Record<string, Record<string, SeenFile>> = {};
  for (const { title, annotations, spec } of injectedPods(manifests)) {
    const files = await runAgent(templatesOf(annotations), store);
    const of = (name: string) => annotations[PREFIX + name];
    const named = of('agent-inject-containers')?.split(',');
    for (const { name } of spec.containers) if (named?.includes(name) ?? true) seen[`${title} ${name}`] = files;
    for (const { name } of spec.initContainers ?? [])
      if (ON.includes(of('agent-init-first') ?? '')) seen[`${title} ${name}`] = files;
  }
  return seen;
}

interface InjectedPod {
  readonly title: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Manifest;
}

function injectedPods(manifests: readonly Manifest[]): readonly InjectedPod[] {
  return manifests.flatMap((one) => {
    const { kind, metadata, spec } = one;
    const pod = kind === 'Pod' ? one : (spec?.template ?? spec?.jobTemplate?.spec?.template);
    const annotations = pod?.metadata?.annotations ?? {};
    if (!ON.includes(annotations[`${PREFIX}agent-inject`] ?? '')) return [];
    const title = `${kind} ${metadata.namespace ?? 'default'}/${metadata.name}`;
    return [{ title, annotations, spec: pod.spec }];
  });
}

interface AgentTemplate {
  readonly destination: string;
  readonly contents: string;
  readonly left_delimiter: string;
  readonly right_delimiter: string;
  readonly perms?: string;
  readonly error_on_missing_key?: true;
}

function templatesOf(annotations: Readonly<Record<string, string>>): readonly AgentTemplate[] {
  const of = (name: string) => annotations[PREFIX + name];
  const names = Object.keys(annotations).flatMap(
    (name) => /^vault\.hashicorp\.com\/agent-inject-(?:secret|template)-(.+)$/.exec(name)?.[1] ?? [],
  );
  const fallback = DEFAULTS[(of('agent-inject-default-template') ?? 'map').toLowerCase()];
  return [...new Set(names)].map((name) => {
    const keepsCase = ON.includes(of(`preserve-secret-case-${name}`) ?? of('preserve-secret-case') ?? '');
    const file = of(`agent-inject-file-${name}`) ?? (keepsCase ? name : name.toLowerCase());
    const folder = of(`secret-volume-path-${name}`) ?? of('secret-volume-path') ?? '/vault/secrets';
    const perms = of(`agent-inject-perms-${name}`);
    return {
      destination: normalize(`${folder}/${file}`),
      contents: of(`agent-inject-template-${name}`) ?? fallback?.(of(`agent-inject-secret-${name}`) ?? '') ?? '',
      left_delimiter: of(`agent-template-left-delim-${name}`) ?? '{{',
      right_delimiter: of(`agent-template-right-delim-${name}`) ?? '}}',
      ...(perms === undefined ? {} : { perms }),
      ...(ON.includes(of(`error-on-missing-key-${name}`) ?? '') ? { error_on_missing_key: true } : {}),
    };
  });
}

const run = promisify(execFile);

/** Below a folder of its own, in place of the pod's root. */
async function runAgent(templates: readonly AgentTemplate[], store: AgentStore): Promise<Record<string, SeenFile>> {
  const folder = mkdtempSync(join(tmpdir(), 'vault-agent-'));
  try {
    const root = join(folder, 'root');
    mkdirSync(root);
    const token = join(folder, 'token');
    writeFileSync(token, store.token);
    const config = {
      exit_after_auth: true,
      vault: { address: store.address },
      auto_auth: { method: [{ type: 'token_file', config: { token_file_path: token } }] },
      template: templates.map((one) => ({ ...one, destination: root + one.destination })),
      template_config: { exit_on_retry_failure: true },
    };
    const file = join(folder, 'agent.json');
    writeFileSync(file, JSON.stringify(config));
    await run(store.binary, ['agent', `-config=${file}`], { timeout: 60_000, env: { HOME: folder } });
    return filesBelow(root);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function filesBelow(root: string): Record<string, SeenFile> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const contents = readFileSync(path).toString('base64');
      return [path.slice(root.length), { mode: statSync(path).mode & 0o777, contents }];
    }),
  );
}
