// Values of argocd-vault-plugin that become templates: text around placeholders, fixed text, and modifiers that no field
// of an object stands for.
import type { Random } from '../plan/random.ts';

/** Texts of the store, in each of which a modifier finds something to do. */
const TEXTS = [
  'db#password',
  'db#user#1',
  'db#url',
  'tls#certificate',
  'odd#empty',
  'odd#lines',
  'odd#unicode',
  'odd#yaml',
  'odd#number',
  'odd#tag',
  'odd#spaces',
  'texts#padded',
  'texts#list',
  'encoded#with space',
];
const AROUND = [
  'postgres://',
  '@db:5432/',
  '\n',
  '\n  key: ',
  ' ',
  '',
  '{{ .x }}',
  '}}',
  '{',
  'ü ✓',
  '$1',
  '"\'\\',
  '# no\n\n#',
];
const PATHS = [
  '{.db.password}',
  '{.db.port}',
  '{.db.ready}',
  "{.db['user-name']}:{.db.encoded}",
  '{.none}',
  '{.hosts[*].name}',
  '{.hosts[*]}',
  '{range .hosts[*]}{.name}={.weight}{"\\n"}{end}',
  '{range .hosts[*]}{@.name},{end}.{.db.port}',
  'a {.db.password} b',
];

export function randomTemplate(random: Random): string {
  if (random.oneIn(8)) return random.pick(['fixed', '5432', 'a: "b"\n', '{{ .x }}', 'true', '']);
  const count = 1 + random.below(3);
  const pieces = Array.from({ length: count }, () => `${random.pick(AROUND)}${placeholder(random)}`);
  // A document whose last line ends with a space is not changed in place.
  return pieces.join('') + random.pick(AROUND).trimEnd();
}

/** One that is modified in ways for which an object has no fields. */
export function modifiedPlaceholder(random: Random): string {
  const { text, modifiers } = random.pick([selected, parsed, ofYaml, plain, plain])(random);
  const encodings = ['', '', ' | base64encode', ' | sha256sum', ' | indent 2 | base64encode'];
  const hasSeveral = /\[\*]|\}.+\{|a \{/.test(modifiers);
  return `<path:secret/data/shop/${text}${modifiers}${hasSeveral ? '' : random.pick(encodings)}>`;
}

function placeholder(random: Random): string {
  return random.oneIn(3) ? modifiedPlaceholder(random) : `<path:secret/data/shop/${random.pick(TEXTS)}>`;
}

interface Modified {
  readonly text: string;
  readonly modifiers: string;
}

function plain(random: Random): Modified {
  const modifiers = random.pick([
    'sha256sum',
    `indent ${random.below(5)}`,
    'indent 1|sha256sum',
    'base64encode|indent 3',
  ]);
  return { text: random.pick(TEXTS), modifiers: ` | ${modifiers}` };
}

function selected(random: Random): Modified {
  const parse = random.oneIn(3) ? 'jsonParse | ' : '';
  return { text: 'json#config', modifiers: ` | ${parse}jsonPath ${random.pick(PATHS)}` };
}

function parsed(): Modified {
  return { text: 'texts#json', modifiers: ' | jsonParse' };
}

function ofYaml(random: Random): Modified {
  const path = random.pick(['{.db.pass-word}', '{.db.port}', '{.list[1]}', '{.list}']);
  return { text: 'texts#yaml', modifiers: ` | yamlParse | jsonPath ${path}` };
}
