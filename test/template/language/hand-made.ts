// Templates by hand, each about one thing of the language. Those that need nothing but the shared data are the lines of
// hand-made.cases. What Go answers is recorded in recorded/hand-made.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../oracle/language.ts';

export const DATA = readFileSync(join(import.meta.dirname, 'data.json'), 'utf8').trimEnd();
const lines = readFileSync(join(import.meta.dirname, 'hand-made.cases'), 'utf8')
  .trimEnd()
  .split('\n');
const text = lines.join('\n');

const MISSING = [
  '{{.missing}}',
  '{{.missing.x}}',
  '{{.obj.x}}',
  '{{.obj.x.y}}',
  '{{.smap.x}}',
  '{{.smap.x.y}}',
  '{{.nil}}',
  '{{.nil.x}}',
  '{{index . "missing"}}',
  '{{if .missing}}a{{else}}b{{end}}',
  '{{with .missing}}a{{else}}b{{end}}',
  '{{$x := .missing}}{{$x}}',
  '{{or .missing "d"}}',
  '{{.missing | print}}',
  '{{range .missing}}{{end}}',
  '{{.name.x}}',
  '{{define "x"}}{{.y}}{{end}}{{template "x"}}',
  '{{(index . "missing").x}}',
  '{{none.x}}',
  ...['ints', 'floats', 'bools', 'longs', 'lists', 'texts', 'maps', 'nested'].map((name) => `{{(${name}).x}}`),
];

const DELIMITED: readonly (readonly [string, string, string])[] = [
  ['[[', ']]', '[[.name]] {{.name}} [[- .n -]] x'],
  ['<<', '>>', '<</* c */>><<if .yes>>a<<end>>'],
  ['(', ')', '(.name) (print 1)'],
  ['{{', '%}', '{{.name%} {{- .n -%} x'],
  ['%', '%', '%.name% %print "%"%'],
  ['|', '|', '|.name|'],
  ['{{{', '}}}', '{{{.name}}} {{.name}}'],
  ['', ']]', '{{.name]]'],
  ['-', '-', '- .name -'],
  ['"', '"', '".name"'],
  ['\n', '\n', 'a\n.name\nb'],
  ['é', '日', 'é.name日'],
];

export const HAND_MADE: readonly Case[] = [
  ...lines.map((template) => ({ template, data: DATA })),
  ...lines.slice(0, 40).map((template) => ({ template })),
  ...[
    text.slice(0, 400),
    'a\n\n{{.name}}\n{{- if .n }}\n  b\n{{- end }}\n',
    '{{"a\nb"}}',
    '{{.name\n | upper}}',
    '\n\n {{.name.x}}',
  ].map((template) => ({ template, data: DATA })),
  ...MISSING.flatMap((template) =>
    (['default', 'zero', 'error'] as const).map((missingKey) => ({ template, data: DATA, missingKey })),
  ),
  ...DELIMITED.map(([left, right, template]) => ({ template, data: DATA, delimiters: [left, right] as const })),
  ...['{{.}}', '{{.x}}', '{{$.x}}', '{{range .}}{{.}}{{end}}', '{{len .}}', '{{print .}}'].flatMap((template) =>
    ['null', '5', '"s"', '[1,"a"]', '{"x":{"$number":"7"}}', '{"$rocket":"r"}', '{"$strings":["a"]}'].map((data) => ({
      template,
      data,
    })),
  ),
];
