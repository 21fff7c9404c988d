// ExternalSecrets by a seed, with the store that they name and a pod that takes the Secret in ways that a person might
// have chosen.
import { stringify } from 'yaml';
import { Random } from '../plan/random.ts';

/** Service accounts of all inputs together: each has a role of its own. */
const ACCOUNTS = 6;

interface Source {
  readonly key: string;
  readonly property?: string;
  readonly version?: string;
  readonly decodingStrategy?: string;
}

const SOURCES: readonly Source[] = [
  { key: 'shop/db', property: 'password' },
  { key: 'shop/db', property: 'user' },
  { key: 'shop/db', property: 'port' },
  { key: 'shop/db', property: 'ready' },
  { key: 'shop/db', property: 'password', version: '2' },
  { key: 'shop/tls', property: 'certificate' },
  { key: 'shop/tls', property: 'key', decodingStrategy: 'None' },
  { key: 'shop/odd', property: 'unicode' },
  { key: 'shop/odd', property: 'lines' },
  { key: 'shop/odd', property: 'empty' },
  { key: 'shop/odd', property: 'tag' },
  { key: 'shop/encoded', property: 'text', decodingStrategy: 'Base64' },
  { key: 'shop/encoded', property: 'url', decodingStrategy: 'Base64URL' },
  { key: 'shop/nested' },
  { key: 'shop/json' },
];
/** Each key of them in a Secret. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  'shop/db': ['password', 'user', 'url', 'port', 'ready'],
  'shop/tls': ['certificate', 'key'],
  'shop/texts': ['padded', 'list', 'json', 'yaml'],
};
const REWRITES = [
  { regexp: { source: '^', target: 'db_' } },
  { regexp: { source: '(.)$', target: '$1-$1' } },
  { regexp: { source: '[aeiou]', target: '' } },
  { regexp: { source: '^p(?:a|o)(.*)$', target: 'x.$1' } },
];
/** Where pods may find them, by whether the input names the keys. */
const WAYS = {
  named: ['volume', 'items', 'env', 'envFrom', 'both'],
  unnamed: ['volume', 'env'],
  renamed: ['volume'],
} as const;
const FUNCTIONS = [
  'upper',
  'quote',
  'b64enc',
  'sha256sum',
  'trim',
  'toJson',
  'trunc 4',
  'indent 2',
  'repeat 2',
  'squote',
  'len',
];
const AROUND = ['postgres://', '@db:5432/', '\n', '\n  key: ', ' ', '', '}}', 'ü ✓', '$1', '# no\n\n#'];

export function randomExternalSecret(seed: number): string {
  const random = new Random(seed);
  const name = `es${seed}`;
  const extract = random.oneIn(3) ? random.pick(Object.keys(WHOLE)) : undefined;
  const count = extract === undefined ? 1 + random.below(4) : random.below(3);
  const data = Array.from({ length: count }, (_, index) => ({
    secretKey: random.pick(['key', 'tls.crt', '.env', 'UPPER_']) + index,
    remoteRef: random.pick(SOURCES),
  }));
  const named = data.map(({ secretKey }) => secretKey);
  const known = [...named, ...(WHOLE[extract ?? ''] ?? [])];
  const texts = random.oneIn(2) ? randomTemplates(random, known, extract === undefined) : undefined;
  // Keys that are renamed have no names yet, so that no template and no variable takes one.
  const rewrite = texts === undefined && random.oneIn(2) ? { rewrite: [random.pick(REWRITES)] } : {};
  const isMerged = texts !== undefined && random.oneIn(3);
  const keys = texts === undefined ? known : [...new Set([...(isMerged ? known : []), ...Object.keys(texts)])];
  const template = { ...(isMerged ? { mergePolicy: 'Merge' } : {}), data: texts };
  const es = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: 'shop' },
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { name: 'bao' },
      ...(texts === undefined ? {} : { target: { template } }),
      ...(extract === undefined ? {} : { dataFrom: [{ extract: { key: extract }, ...rewrite }] }),
      ...(data.length === 0 ? {} : { data }),
    },
  };
  // Keys that are not named are no variables.
  const hasUnnamed = extract !== undefined && (texts === undefined || isMerged);
  const isRenamed = extract !== undefined && 'rewrite' in rewrite;
  return [STORE, es, randomPod(random, name, keys, isRenamed ? 'renamed' : hasUnnamed ? 'unnamed' : 'named', seed)]
    .map((one) => stringify(one, { version: '1.1', lineWidth: 0 }))
    .join('---\n');
}

const STORE = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'SecretStore',
  metadata: { name: 'bao', namespace: 'shop' },
  spec: {
    provider: {
      vault: {
        server: 'https://bao.example.com',
        path: 'secret',
        version: 'v2',
        auth: { kubernetes: { mountPath: 'kubernetes', role: 'eso', serviceAccountRef: { name: 'eso' } } },
      },
    },
  },
};

function randomTemplates(random: Random, known: readonly string[], canTakeAll: boolean): Record<string, string> {
  const count = 1 + random.below(3);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      random.pick(['url', 'app.ini', 'key0', 'certificate']) + (random.oneIn(2) ? '' : index),
      randomText(random, known, canTakeAll),
    ]),
  );
}

function randomText(random: Random, known: readonly string[], canTakeAll: boolean): string {
  const pieces = Array.from({ length: 1 + random.below(3) }, () => {
    const key = random.pick(known);
    const value = random.oneIn(2) && /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `(index . ${JSON.stringify(key)})`;
    const action = random.pick([
      () => `{{ ${value} }}`,
      () => `{{ ${value} | ${random.pick(FUNCTIONS)} }}`,
      () => `{{ if eq ${value} "ann" }}ann{{ else }}{{ ${value} }}{{ end }}`,
      () => `{{ with ${value} }}{{ . }}{{ end }}`,
      () => `{{ range splitList "\\n" ${value} }}{{ . | trim }},{{ end }}`,
      () => (canTakeAll ? '{{ range $k, $v := . }}{{ $k }}={{ $v | len }};{{ end }}' : '{{ "{{" }}'),
      () => (canTakeAll ? '{{ toJson . }}' : 'fixed'),
    ]);
    return random.pick(AROUND) + action();
  });
  return pieces.join('') + random.pick(AROUND).trimEnd();
}

function randomPod(
  random: Random,
  name: string,
  keys: readonly string[],
  known: keyof typeof WAYS,
  seed: number,
): object {
  const way = random.pick<string>(WAYS[known]);
  const key = random.pick(keys);
  const mode = random.oneIn(3) ? { defaultMode: 0o440 } : {};
  const secret = { secretName: name, ...mode, ...(way === 'items' ? { items: [{ key, path: `deep/${key}` }] } : {}) };
  const hasVolume = way !== 'env' && way !== 'envFrom';
  const container = {
    name: 'app',
    image: 'app:1',
    ...(way === 'env' || way === 'both' ? { env: [{ name: 'V', valueFrom: { secretKeyRef: { name, key } } }] } : {}),
    ...(way === 'envFrom' ? { envFrom: [{ prefix: 'P_', secretRef: { name } }] } : {}),
    ...(hasVolume ? { volumeMounts: [{ name: 'v', mountPath: '/etc/v' }] } : {}),
  };
  const spec = {
    serviceAccountName: `app${seed % ACCOUNTS}`,
    containers: [container],
    ...(hasVolume ? { volumes: [{ name: 'v', secret }] } : {}),
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${seed}`, namespace: 'shop' }, spec };
}
