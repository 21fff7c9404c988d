// Random pods of the Vault Agent injector: what its annotations can say, and templates as people write them.
import { stringify } from 'yaml';
import { Random } from '../plan/random.ts';

const PREFIX = 'vault.hashicorp.com/';
/** Texts, by their secrets. */
const TEXTS: readonly (readonly [path: string, key: string])[] = [
  ...['password', 'user', 'url'].map((key) => ['secret/data/pods/db', `.Data.data.${key}`] as const),
  ...['empty', 'lines', 'unicode', 'yaml', 'number', 'tag', 'spaces'].map(
    (key) => ['secret/data/pods/odd', `.Data.data.${key}`] as const,
  ),
  ['secret/data/pods/db?version=1', '.Data.data.password'],
  ['secret/data/pods/encoded', 'index .Data.data "with.dot"'],
  ['secret/data/pods/encoded', '.Data.data.text | base64Decode'],
  ['secret/data/pods/json', '(.Data.data.config | parseJSON).db.password'],
  ['secret/pods/db', '.Data.data.user'],
  ['kv1/pods/old', '.Data.token'],
];
/** The same as a value of a class and in a template. */
const PLAIN: typeof TEXTS = [
  ...TEXTS,
  ['secret/data/pods/db', '.Data.data.port'],
  ['secret/data/pods/db', '.Data.data.ready'],
];
/** A value of a class is JSON, and has to be there. */
const OTHERS: typeof TEXTS = [
  ['secret/data/pods/db', '.Data.data.port'],
  ['secret/data/pods/nested', '.Data.data.hosts'],
  ['secret/data/pods/nested', '.Data.data.port'],
  ['secret/data/pods/db', '.Data.data.absent'],
];
const PIPES = [
  ...['', '', '', ' | toUpper', ' | toTitle', ' | toJSON', ' | toYAML', ' | base64Encode', ' | trimSpace', ' | len'],
  ...[' | sha256Hex', ' | replaceAll "a" "<b>"', ' | indent 2', ' | split "a" | join "-"', ' | printf "%q"'],
  ...[' | printf "%-12s|"', ' | sprig_quote', ' | sprig_trunc 3', ' | regexReplaceAll "[a-e]" "."', ' | contains "a"'],
];
const AROUND = ['', ' ', '\n', 'key = ', '# a "comment"\n', '  - ', '\t', 'ü{ }\n', '\n\n'];
const DELIMITERS = [
  ['[[', ']]'],
  ['<%', '%>'],
] as const;
const BRACES = ['{{', '}}'] as const;

export function randomInjected(seed: number): string {
  const random = new Random(seed);
  const annotations: Record<string, string> = { 'agent-inject': 'true', role: 'shop-web' };
  const options: Record<string, string> = {
    'secret-volume-path': '/app',
    'preserve-secret-case': 'true',
    'agent-inject-default-template': 'json',
    'agent-init-first': 'true',
    'agent-inject-containers': 'web',
  };
  for (const [name, value] of Object.entries(options)) if (random.oneIn(4)) annotations[name] = value;
  for (const name of ['first', 'Second.TXT', 'THIRD'].slice(0, 1 + random.below(3))) addFile(random, annotations, name);
  const template = {
    metadata: {
      annotations: Object.fromEntries(Object.entries(annotations).map(([name, value]) => [PREFIX + name, value])),
    },
    spec: {
      serviceAccountName: 'web',
      initContainers: [{ name: 'init', image: 'init:1' }],
      containers: ['web', 'side'].map((name) => ({ name, image: `${name}:1` })),
    },
  };
  const metadata = { name: `d${seed}`, namespace: 'shop' };
  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template } };
  return stringify(workload, { version: '1.1', lineWidth: 0 });
}

function addFile(random: Random, annotations: Record<string, string>, name: string): void {
  const [path] = random.pick(TEXTS);
  annotations[`agent-inject-secret-${name}`] = path;
  const [left, right] = random.oneIn(5) ? random.pick(DELIMITERS) : BRACES;
  if (!random.oneIn(6)) {
    annotations[`agent-inject-template-${name}`] = template(random, left, right);
    if (left !== BRACES[0]) {
      annotations[`agent-template-left-delim-${name}`] = left;
      annotations[`agent-template-right-delim-${name}`] = right;
    }
  }
  if (random.oneIn(5)) annotations[`agent-inject-perms-${name}`] = random.pick(['0400', '0644', '640']);
  if (random.oneIn(5)) annotations[`agent-inject-file-${name}`] = `deep/er/${name}.txt`;
  if (random.oneIn(5)) annotations[`secret-volume-path-${name}`] = '/etc/own';
}

function template(random: Random, left: string, right: string): string {
  const action = (text: string) => `${left}${random.oneIn(4) ? '-' : ''} ${text} ${random.oneIn(4) ? '-' : ''}${right}`;
  if (random.oneIn(3)) {
    const [path, key] = random.pick(PLAIN);
    return [`with secret "${path}"`, key, 'end'].map(action).join('');
  }
  const piped = (text: string) => {
    const isText = TEXTS.some(([, one]) => one === text);
    return isText ? text + random.pick(PIPES) : text;
  };
  const around = () => random.pick(AROUND);
  const block = () => {
    const [at, value] = random.oneIn(4) ? random.pick(OTHERS) : random.pick(TEXTS);
    const shown = around() + action(piped(value)) + around();
    const inner = random.pick([
      () => shown,
      () => shown + shown,
      () => action(`if ${value}`) + shown + action('else') + around() + action('end'),
      () => `${action(`$x := ${value}`)}${action('$x | printf "%v"')}${shown}`,
      () => action('range $k, $v := .Data') + action('$k') + action('end'),
    ])();
    return around() + action(`with secret "${at}"`) + inner + action('end') + around();
  };
  return random.oneIn(3) ? block() + block() : block();
}
