// Templates in a class: what they may say, and what their author hears at once.
import assert from 'node:assert/strict';
import { LANGUAGES } from '../../src/plan/template-languages.ts';
import { assertCheap, cost } from '../harness/cpu-time.ts';
import { objectsOf, problemsOf } from './request.ts';

const AGENT = '{{ with secret "secret/data/app" }}{{ .Data.data.password }}{{ end }}';

function sourceOf(fields: string) {
  const [object] = objectsOf(`- {objectName: a, ${fields}}`);
  assert.ok(object?.source.kind === 'template');
  return { ...object.source, reads: object.reads };
}

const EMPTY =
  'template is empty; write the text of the file, for example {{ with secret "secret/data/app" }}{{ .Data.data.password }}{{ end }}';
const EMPTY_SPRIG = 'template is empty; write the text of the file, for example {{ .db.password }}';

describe('template', () => {
  before(async () => {
    await LANGUAGES.agent.load();
    await LANGUAGES.sprig.load();
  });

  it('is of the syntax agent, which names what it reads itself', () => {
    const [object] = objectsOf(`- objectName: app.ini\n  template: |\n    ${AGENT}\n  refreshAfter: 12h\n`);
    assert.ok(object?.source.kind === 'template');
    const { syntax, text, delimiters, isStrict, named, rendered, leaseSettings } = object.source;
    assert.deepEqual(
      { syntax, text, delimiters, isStrict, named, rendered },
      {
        syntax: 'agent',
        text: `${AGENT}\n`,
        delimiters: ['{{', '}}'],
        isStrict: false,
        named: [],
        rendered: undefined,
      },
    );
    assert.equal(leaseSettings.refreshAfterMs, 12 * 60 * 60_000);
    assert.deepEqual(object.reads, []);
  });

  it('is of the syntax sprig over reads with names', () => {
    const { named, isStrict, reads } = sourceOf(
      'template: "{{ .db.user }}:{{ .token }}", templateSyntax: Sprig, share: serviceAccount, reads: {db: {secretPath: secret/data/db}, token: {secretPath: auth/x, secretKey: token, method: put, secretArgs: {a: 1}, encoding: base64}}',
    );
    assert.equal(isStrict, true);
    assert.deepEqual(
      named.map(({ name, read: { method, path, leaseSettings }, key, encoding }) => [
        ...[name, method, path, key, encoding, leaseSettings.isShared],
      ]),
      [
        ['db', 'GET', 'secret/data/db', undefined, 'utf-8', true],
        ['token', 'PUT', 'auth/x', 'token', 'base64', true],
      ],
    );
    assert.deepEqual(
      reads,
      named.map(({ read }) => read),
    );
  });

  it('shares its reads with other objects, each once', () => {
    const [value, template] = objectsOf(
      '- {objectName: v, secretPath: p, secretKey: k}\n- {objectName: t, template: "{{ .a }}", templateSyntax: sprig, reads: {a: {secretPath: p, secretKey: k}, b: {secretPath: p}}}',
    );
    assert.ok(template !== undefined && value !== undefined);
    assert.equal(template.reads.length, 1);
    assert.equal(template.reads[0], value.reads[0]);
  });

  it('may have delimiters of its own, and a key that is missing as an error', () => {
    const { delimiters, isStrict } = sourceOf(
      'template: "[[ 1 ]]", templateDelimiters: ["[[", "]]"], errorOnMissingKey: true',
    );
    assert.deepEqual([delimiters, isStrict], [['[[', ']]'], true]);
    const sprig = 'template: "{{ .a }}", templateSyntax: sprig, reads: {a: {secretPath: p}}, errorOnMissingKey: false';
    assert.equal(sourceOf(sprig).isStrict, false);
  });

  it('is told with all that is wrong in it, each at its line', () => {
    const objects = [
      '- objectName: a',
      '  template: |',
      '    one',
      '     {{ if nosuch }}{{ $x }}',
      '- objectName: b',
      '  template: "{{ nosuch 1 }}\\n{{ nosuch 2 }}"',
      '- objectName: c',
      '  template: |',
      '    {{ env "HOME" }}',
      '- objectName: d',
      '  template: "{{ }}"',
    ].join('\n');
    assert.deepEqual(problemsOf({ objects }), [
      '- objects line 4, object "a": template: {{if}} has no {{end}}',
      '- objects line 4, object "a": template: function "nosuch" not defined',
      '- objects line 4, object "a": template: undefined variable "$x"',
      '- objects line 6, object "b": template: function "nosuch" not defined',
      '- objects line 6, object "b": template, line 2: function "nosuch" not defined',
      '- objects line 9, object "c": template: function "env" not defined; it would read the environment of the provider, not of the pod',
      '- objects line 11, object "d": template: missing value for command',
    ]);
  });

  const problems: readonly (readonly [fields: string, ...problems: string[]])[] = [
    ['template: a, secretPath: p', 'secretPath does not go with template; remove one'],
    ['template: a, secretKey: k', 'secretKey does not go with template; remove one'],
    ['template: a, encode: hex', 'encode does not go with template; remove one'],
    ['template: a, default: b', 'default does not go with template; remove one'],
    ['template: a, keys: all', 'keys does not go with template; remove one'],
    [
      'secretPath: p, templateSyntax: agent',
      'templateSyntax goes only with template; add that, or remove templateSyntax',
    ],
    ['template: [a]', 'template is a list; write a text'],
    ...['template: ""', 'template: " \\n\\t"', 'template: null', 'template: "", templateSyntax: agent'].map(
      (fields) => [fields, EMPTY] as const,
    ),
    ['template: "", templateSyntax: sprig, reads: {a: {secretPath: p}}', EMPTY_SPRIG],
    ['template: a, templateSyntax: go', 'unknown templateSyntax "go"; write agent or sprig'],
    ['template: a, templateSyntax: agnet', 'unknown templateSyntax "agnet"; did you mean "agent"?'],
    ['template: a, errorOnMissingKey: yes', 'errorOnMissingKey is neither true nor false; write one, without quotes'],
    [
      'template: a, templateDelimiters: ["[["]',
      'templateDelimiters is no list of two texts of at most 16 characters; write for example templateDelimiters: ["[[", "]]"]',
    ],
    [
      'template: a, reads: {a: {secretPath: p}}',
      'reads goes only with templateSyntax sprig; add that, or name the secret in the template: {{ with secret "secret/data/app" }}',
    ],
    [
      'template: a, templateSyntax: sprig',
      'templateSyntax sprig needs reads; add reads: {db: {secretPath: secret/data/db}}',
    ],
    [
      'template: a, templateSyntax: sprig, reads: {}',
      'reads is a map of 0; write a map of 1 to 64 names and reads: reads: {db: {secretPath: secret/data/db}}',
    ],
    ['template: a, templateSyntax: sprig, reads: {a: p}', 'reads: "a" is text; write a map with secretPath'],
    [
      'template: a, templateSyntax: sprig, reads: {a: {secretKey: k, path: p}}',
      'reads: "a" has no field "path"; remove it',
      'reads: "a": secretPath is missing; rename "path" to it',
    ],
    [
      'template: a, templateSyntax: sprig, reads: {a: {secretPath: ../p, encoding: hex}}',
      'reads: "a": encoding goes only with secretKey; add that, or decode the keys in the template',
      'reads: "a": secretPath holds a ".." segment; write the path without it',
    ],
  ];
  for (const [fields, ...told] of problems)
    it(`refuses ${fields.slice(0, 80)}`, () => {
      assert.deepEqual(
        problemsOf({ objects: `- {objectName: a, ${fields}}` }),
        told.map((problem) => `- objects line 1, object "a": ${problem}`),
      );
    });

  it('may be empty beside a secretPath', () => {
    const [value] = objectsOf('- {objectName: v, secretPath: p, secretKey: k, template: ""}');
    assert.equal(value?.source.kind, 'value');
  });

  it('has no more parts in all of a class than it may, and is quick to refuse', () => {
    const text = '{{.}}'.repeat(2_000);
    const objects = (count: number) =>
      Array.from({ length: count }, (_, index) => `- {objectName: a${index}, template: "${text}"}\n`).join('');
    assert.equal(objectsOf(objects(1)).length, 1);
    const text20 = objects(20);
    assertCheap(150, () =>
      cost(() => {
        const told = problemsOf({ objects: text20 });
        assert.equal(told.length, 1);
        assert.match(told[0] ?? '', /have more than 10,000 words, numbers and signs in their actions; split it/);
      }),
    );
  });

  it('is compiled no further than that if it is wrong, too', () => {
    const text = JSON.stringify(`${'{{ 1 }}'.repeat(3_000)}{{ nosuch }}`);
    const objects = `- {objectName: a0, template: &a ${text}}\n${Array.from({ length: 40 }, (_, at) => `- {objectName: b${at}, template: *a}\n`).join('')}`;
    assertCheap(150, () =>
      cost(() => {
        const told = problemsOf({ objects });
        assert.match(told[0] ?? '', /: template: function "nosuch" not defined$/);
        assert.match(told[1] ?? '', /have more than 10,000 words, numbers and signs in their actions; split it/);
      }),
    );
  });
});
