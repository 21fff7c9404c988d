// All for which a template is refused, each at its place.
import assert from 'node:assert/strict';
import { loadDialect } from '../../src/template/dialects.ts';
import { compile, findProblems } from '../../src/template/template.ts';
import { FUNCTIONS } from './language/functions.ts';
import { HAND_MADE } from './language/hand-made.ts';

function problemsOf(text: string): readonly string[] {
  return findProblems(text, { name: 'app' }).problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

describe('the problems of a template', () => {
  it('are all told: functions and variables that are not there', () => {
    assert.deepEqual(problemsOf('{{ nope .a | nope2 }}\nä {{ if $x }}{{ (nope .b).c }}{{ end }}{{ break }}'), [
      '1:4 function "nope" not defined',
      '1:14 function "nope2" not defined',
      '2:9 undefined variable "$x"',
      '2:18 function "nope" not defined',
      '2:43 {{break}} outside {{range}}',
    ]);
  });

  it('are the reasons of functions that are refused', async () => {
    const functions = await loadDialect('agent');
    const [problem] = findProblems('{{ timestamp }}', { functions }).problems;
    assert.match(problem?.message ?? '', /^function "timestamp" not defined; its result differs at each call/);
  });

  it('are blocks without an end, each where it begins', () => {
    assert.deepEqual(problemsOf('{{ with .a }}\n  {{ range .b }}{{ if . }}{{ end }}\n'), [
      '1:4 {{with}} has no {{end}}',
      '2:6 {{range}} has no {{end}}',
    ]);
    assert.deepEqual(problemsOf('{{ nope }}{{ if .a }}a{{ else if .b }}b{{ else if .c }}'), [
      '1:4 function "nope" not defined',
      '1:14 {{if}} has no {{end}}',
    ]);
    assert.deepEqual(problemsOf('{{ define "a" }}{{ block "b" . }}{{ end }}'), ['1:4 {{define}} has no {{end}}']);
  });

  it('are an end without a block, and what follows it', () => {
    assert.deepEqual(problemsOf('{{ end }}{{ nope }}'), ['1:4 unexpected {{end}}', '1:13 function "nope" not defined']);
    assert.deepEqual(problemsOf('{{ else }}'), ['1:4 unexpected {{else}}']);
  });

  it('are actions without an end, where they begin', () => {
    assert.deepEqual(problemsOf('a\n {{ .a\n .b'), ['2:2 unclosed action']);
  });

  it('are no more than a person reads', () => {
    assert.equal(problemsOf('{{ nope }}'.repeat(1_000)).length, 21);
  });

  it('are there if and only if the template does not compile, and what that says is among them', () => {
    for (const { template } of HAND_MADE) {
      const { problems } = findProblems(template, { name: 'app', functions: FUNCTIONS });
      try {
        compile(template, { name: 'app', functions: FUNCTIONS });
        assert.deepEqual(problems, [], template);
      } catch (thrown) {
        const told = (thrown as Error).message.replace(/^template: app:\d+: | (?:in action )?started at app:\d+$/g, '');
        const isEnd = told === 'unexpected EOF';
        assert.ok(
          problems.some(({ message }) => (isEnd ? / has no \{\{end\}\}$/.test(message) : message === told)),
          template,
        );
      }
    }
  });
});
