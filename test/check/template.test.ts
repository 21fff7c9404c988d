// Templates of a class: all that is wrong with them, at its place in the manifest.
import assert from 'node:assert/strict';
import { checkManifests, checkObjects } from '../../src/check/check.ts';

const CLASS = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: app}
spec:
  provider: vault
  parameters:
    roleName: app
    objects: |
`;
const OBJECTS = [
  '- objectName: app.ini',
  '  template: |',
  '',
  '    {{ with secret "secret/data/app" }}',
  '      ä {{ .Data.data.user | trimAll }} {{ timestamp }}',
  '- objectName: dsn',
  '  templateSyntax: sprig',
  '  reads: {db: {secretPath: secret/data/db}}',
  '  template: "{{ nosuch }}"',
  '- objectName: deeper',
  '  template: |2',
  '      {{ nosuch }}',
  '- objectName: good',
  '  template: |2',
  '      {{ with secret "secret/data/app" }}{{ .Data.data.user }}{{ end }}',
];
const FOUND = [
  [4, 8, 'object "app.ini": template: {{with}} has no {{end}}'],
  [
    5,
    30,
    'object "app.ini": template: function "trimAll" not defined; it is a function of templateSyntax: sprig; write sprig_trimAll here',
  ],
  [
    5,
    44,
    'object "app.ini": template: function "timestamp" not defined; its result differs at each call, so that each poll would change the file',
  ],
  [9, 13, 'object "dsn": template: function "nosuch" not defined'],
  [12, 10, 'object "deeper": template: function "nosuch" not defined'],
] as const;

describe('check of templates', () => {
  it('names all unknown and refused functions and open blocks, each at its place in a file of objects', () => {
    const findings = checkObjects({ name: 'a', text: OBJECTS.join('\n') });
    assert.deepEqual(
      findings.map(({ line, column, message, rule }) => [line, column, message, rule]),
      FOUND.map((one) => [...one, 'object']),
    );
  });

  it('names them at their place in the manifest', () => {
    const text = CLASS + OBJECTS.map((line) => `      ${line}\n`).join('');
    const { findings } = checkManifests([{ name: 'a', text }]);
    assert.deepEqual(
      findings.map(({ line, column, message }) => [line, column, message]),
      FOUND.map(([line, column, message]) => [line + 8, column + 6, message]),
    );
  });

  it('warns of what fails when it is reached', () => {
    const text = [
      '- objectName: app.ini',
      '  template: |',
      '    {{ with secret "secret/data/app" }}{{ .Data.data.user | trim }}{{ end }}',
      '    {{ define "x" }}{{ nil }}{{ end }}',
      '- objectName: dsn',
      '  templateSyntax: sprig',
      '  reads: {db: {secretPath: secret/data/db}, token: {secretPath: a, secretKey: b}}',
      '  template: |-',
      '    {{ .token }}{{ .bd.user }}{{ with .db }}{{ .user }}{{ $.tokn }}{{ else }}{{ .x }}{{ end }}',
      '    {{ range $k, $v := .db }}{{ .y }}{{ $v.z }}{{ end }}{{ define "y" }}{{ .w }}{{ end }}',
    ].join('\n');
    assert.deepEqual(
      checkObjects({ name: 'a', text }).map(({ line, column, message, rule, level }) => [
        ...[line, column, message, rule, level],
      ]),
      [
        [3, 61, 'object "app.ini": template: wrong number of args for trim: want 2 got 1', 'template', 'warning'],
        [4, 24, 'object "app.ini": template: nil is not a command', 'template', 'warning'],
        [9, 23, 'object "dsn": template: reads has no "bd"; did you mean "db"?', 'template', 'warning'],
        [9, 60, 'object "dsn": template: reads has no "tokn"; did you mean "token"?', 'template', 'warning'],
        [9, 81, 'object "dsn": template: reads has no "x"', 'template', 'warning'],
      ],
    );
  });
});
