// Inputs of argocd-vault-plugin by a seed: a Secret or ConfigMap, and a pod that takes it in ways that a person might
// have chosen.
import { stringify } from 'yaml';
import { Random } from '../plan/random.ts';
import { modifiedPlaceholder, randomTemplate } from './random-template.ts';

/** Service accounts of all inputs together: each has a role of its own. */
const ACCOUNTS = 6;

interface Source {
  readonly path: string;
  readonly key: string;
  readonly version?: number;
}

const TEXTS: readonly Source[] = [
  { path: 'secret/data/shop/db', key: 'password' },
  { path: 'secret/data/shop/db', key: 'user', version: 1 },
  { path: 'secret/data/shop/db', key: 'password', version: 2 },
  { path: 'secret/data/shop/db', key: 'url' },
  { path: 'secret/data/shop/tls', key: 'certificate' },
  { path: 'secret/data/shop/tls', key: 'key' },
  { path: 'secret/data/shop/encoded', key: 'with.dot' },
  { path: 'secret/data/shop/encoded', key: 'with space' },
  { path: 'secret/data/shop/odd', key: 'empty' },
  { path: 'secret/data/shop/odd', key: 'lines' },
  { path: 'secret/data/shop/odd', key: 'unicode' },
  { path: 'secret/data/shop/odd', key: 'yaml' },
  { path: 'secret/data/shop/odd', key: 'number' },
  { path: 'secret/data/shop/odd', key: 'tag' },
  { path: 'secret/data/shop/odd', key: 'spaces' },
];
const ENCODED: readonly Source[] = [
  { path: 'secret/data/shop/encoded', key: 'text' },
  { path: 'secret/data/shop/encoded', key: 'keystore' },
];

/** Of the JSON in one key. */
const INSIDE = ['{.db.password}', '{.db.user-name}', '{$.hosts[1].name}', "{['db']['port']}", '{ .db.ready }'];

export function randomInput(seed: number): string {
  const random = new Random(seed);
  const kind = random.oneIn(3) ? 'ConfigMap' : 'Secret';
  const name = `s${seed}`;
  const defaultPath = random.oneIn(2) ? random.pick(TEXTS).path : undefined;
  const data: Record<string, string> = {};
  const stringData: Record<string, string> = {};
  const keys = Array.from(
    { length: 1 + random.below(4) },
    (_, index) => random.pick(['key', 'tls.crt', '.env', 'UPPER_']) + index,
  );
  for (const key of keys) {
    const form =
      kind === 'ConfigMap'
        ? random.pick(['text', 'template'])
        : random.pick([
            'text',
            'text',
            'encoded',
            'encode',
            'base64',
            'decode',
            'twice',
            'inside',
            'template',
            'bytes',
          ]);
    const source = random.pick(form === 'encoded' || form === 'decode' ? ENCODED : TEXTS);
    // Text that is no UTF-8 does not survive the plugin's YAML.
    const text = form === 'decode' ? { path: 'secret/data/shop/encoded', key: 'text' } : source;
    const at = placeholder(random, text, defaultPath);
    if (form === 'encoded') data[key] = `<${at}>`;
    else if (form === 'encode') data[key] = `<${at} | base64encode>`;
    else if (form === 'base64') data[key] = Buffer.from(`<${at}>`).toString('base64');
    else if (form === 'decode') stringData[key] = `<${at}${random.pick([' | ', '|', '  |  '])}base64decode>`;
    else if (form === 'twice') stringData[key] = `<${at} | base64encode>`;
    else if (form === 'inside')
      stringData[key] =
        `<path:secret/data/shop/json#config | jsonPath ${random.pick(INSIDE)}${random.pick(['', ' | base64encode'])}>`;
    else if (form === 'bytes') data[key] = Buffer.from(randomTemplate(random)).toString('base64');
    else if (form === 'template')
      (kind === 'ConfigMap' ? data : stringData)[key] = random.oneIn(3)
        ? modifiedPlaceholder(random)
        : randomTemplate(random);
    else if (kind === 'ConfigMap') data[key] = `<${at}>`;
    else stringData[key] = `<${at}${random.oneIn(10) ? ' | base64encode | base64decode' : ''}>`;
  }
  const annotations = defaultPath === undefined ? {} : { annotations: { 'avp.kubernetes.io/path': defaultPath } };
  const metadata = { name, namespace: 'shop', ...annotations };
  const body = kind === 'ConfigMap' ? { data } : { ...filled('data', data), ...filled('stringData', stringData) };
  const object = { apiVersion: 'v1', kind, metadata, ...body };
  return [object, randomPod(random, kind, name, keys, seed)]
    .map((one) => stringify(one, { version: '1.1', lineWidth: 0 }))
    .join('---\n');
}

function placeholder(random: Random, { path, key, version }: Source, defaultPath: string | undefined): string {
  if (version === undefined && path === defaultPath && !random.oneIn(5)) return random.oneIn(3) ? ` ${key} ` : key;
  return `path:${path}#${key}${version === undefined ? '' : `#${version}`}`;
}

function filled(field: string, data: Record<string, string>): object {
  return Object.keys(data).length === 0 ? {} : { [field]: data };
}

function randomPod(random: Random, kind: string, name: string, keys: readonly string[], seed: number): object {
  const isSecret = kind === 'Secret';
  const way = random.pick(['volume', 'items', 'projected', 'env', 'envFrom', 'both'] as const);
  const key = random.pick(keys);
  const mode = random.oneIn(3) ? { defaultMode: 0o440 } : {};
  const items = { items: [{ key, path: `deep/${key}`, ...(random.oneIn(2) ? { mode: 0o400 } : {}) }] };
  const source = isSecret ? { secretName: name } : { name };
  const field = isSecret ? 'secret' : 'configMap';
  const volumes = {
    volume: { [field]: { ...source, ...mode } },
    items: { [field]: { ...source, ...mode, ...items } },
    projected: { projected: { sources: [{ [field]: { name, ...(random.oneIn(2) ? items : {}) } }], ...mode } },
    both: { [field]: { ...source, ...mode } },
    env: undefined,
    envFrom: undefined,
  };
  const volume = volumes[way];
  const reference = { name, key };
  const env = {
    env: [{ name: 'V', valueFrom: isSecret ? { secretKeyRef: reference } : { configMapKeyRef: reference } }],
  };
  const all = { envFrom: [{ prefix: 'P_', ...(isSecret ? { secretRef: { name } } : { configMapRef: { name } }) }] };
  const container = {
    name: 'app',
    image: 'app:1',
    ...(way === 'env' || way === 'both' ? env : {}),
    ...(way === 'envFrom' ? all : {}),
    ...(volume === undefined ? {} : { volumeMounts: [{ name: 'v', mountPath: '/etc/v' }] }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${seed}`, namespace: 'shop' },
    spec: {
      serviceAccountName: `app${seed % ACCOUNTS}`,
      containers: [container],
      ...(volume === undefined ? {} : { volumes: [{ name: 'v', ...volume }] }),
    },
  };
}
