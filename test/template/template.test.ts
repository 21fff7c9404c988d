// What a host sees of the room: compiling once, rendering, its own functions and state, limits, errors with a place.
import assert from 'node:assert/strict';
import { TimeLeft } from '../../src/template/budget.ts';
import { define, defineVariadic, libraryOf, refused } from '../../src/template/function.ts';
import { fail, safe } from '../../src/template/safe-text.ts';
import { compile } from '../../src/template/template.ts';
import { TemplateError } from '../../src/template/template-error.ts';
import { FunctionValue, Struct, TemplateCall, type Value } from '../../src/template/value.ts';

const functions = libraryOf({
  host: define([], ({ host }) => host as string),
  render: define(['string', 'interface {}'], (_, name, dot) => new TemplateCall(name, dot)),
  env: refused(safe('it reads the environment')),
  broken: define(['string'], (_, text) => {
    throw new Error(`the library says ${text}`);
  }),
  refuse: define(['string'], () => fail`no such thing`),
  work: define(['int'], ({ charge }, steps) => {
    charge(Number(steps));
    return '';
  }),
  list: defineVariadic([], 'interface {}', (_, items) => items),
});

function problemOf(text: string, data?: Value): Promise<TemplateError> {
  const render = async () => compile(text, { name: 'app', functions }).render(data);
  return render().then(
    () => assert.fail('it rendered'),
    (error) => (error instanceof TemplateError ? error : assert.fail(`${error}`)),
  );
}

describe('a template', () => {
  it('is compiled once and renders as often as wanted, at once too', async () => {
    const template = compile('{{ range $i, $e := .items }}{{ $i }}={{ $e }};{{ end }}');
    const render = (items: readonly Value[]) => template.render(new Map([['items', items]]));
    assert.deepEqual(await Promise.all([render(['a', 1n]), render([]), render([true, 2.5])]), [
      '0=a;1=1;',
      '',
      '0=true;1=2.5;',
    ]);
  });

  it('gives a function what the host gave to the render', async () => {
    const template = compile('{{ host }}', { functions });
    assert.equal(await template.render(null, { host: 'one' }), 'one');
    assert.equal(await template.render(null, { host: 'two' }), 'two');
  });

  it('renders another template in the place of a function that asks for it, as a value', async () => {
    const text = '{{ define "x" }}<{{ . }}>{{ end }}{{ len (render "x" "ab") }} {{ render "x" "c" | printf "%q" }}';
    assert.equal(await compile(text, { functions }).render(null), '4 "<c>"');
    const { message } = await problemOf('{{ render "nope" . }}');
    assert.equal(
      message,
      'template: app:1:3: executing "app" at <render "nope" .>: error calling render: template: no template of that name',
    );
  });

  it('shows its trees, for those who look for what it will read', () => {
    const { trees } = compile('{{ host }}{{ define "x" }}a{{ end }}', { name: 'app', functions });
    assert.deepEqual([...trees.keys()], ['x', 'app']);
  });

  it('takes a function of its own before a builtin', async () => {
    const own = libraryOf({ print: define([], () => 'own'), break: define([], () => 'broke') });
    assert.equal(await compile('{{ print }} {{ break }}', { functions: own }).render(null), 'own broke');
  });

  it('has no other names than its functions: a prototype has none', async () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      assert.throws(() => compile(`{{ ${name} }}`, { name: 'app' }), {
        message: `template: app:1: function "${name}" not defined`,
      });
    }
  });
});

describe('a struct', () => {
  const named = new Struct(
    'main.Named',
    new Map<string, Value>([
      ['Name', 'ann'],
      ['Age', 7n],
    ]),
    new Map([['String', define([], () => 'her name')]]),
  );
  const pointer = new Struct('*main.Plain', new Map<string, Value>([['Inner', named]]));

  it('is printed by its own text, unless its type or its parts are asked for', async () => {
    const render = (text: string, data: Value) => compile(text).render(data);
    assert.equal(
      await render('{{ . }} {{ print . }} {{ printf "%s|%q|%T" . . . }}', named),
      'her name her name her name|"her name"|main.Named',
    );
    assert.equal(await render('{{ printf "%d" . }}', named), '{%!d(string=ann) 7}');
    assert.equal(
      await render('{{ printf "%+d|%#v" . . }}', named),
      '{%!d(string=ann) +7}|main.Named{Name:"ann", Age:7}',
    );
  });

  it('is shown behind its pointer', async () => {
    assert.equal(
      await compile('{{ . }} {{ print . }} {{ printf "%+v" . }}').render(pointer),
      '{her name} &{her name} &{Inner:her name}',
    );
  });
});

describe('an error of a template', () => {
  it('tells its line and column as numbers too', async () => {
    const error = await problemOf('a\n  é {{ .x.y }}', new Map([['x', 1n]]));
    assert.equal(
      error.message,
      `template: app:2:10: executing "app" at <.x.y>: can't evaluate field y in type interface {}`,
    );
    assert.deepEqual([error.kind, error.line, error.column], ['execute', 2, 10]);
    const parse = await problemOf('a\n{{ nope }}');
    assert.deepEqual([parse.kind, parse.line, parse.column], ['parse', 2, undefined]);
  });

  it('names the reason why a known function is not to be had', async () => {
    const { message } = await problemOf('{{ env "HOME" }}');
    assert.equal(message, 'template: app:1: function "env" not defined; it reads the environment');
  });

  it('says what a function refused, and nothing of what a library said', async () => {
    assert.match((await problemOf('{{ refuse "s3cr3t" }}')).message, /error calling refuse: no such thing$/);
    const { message, cause } = await problemOf('{{ broken .password }}', new Map([['password', 's3cr3t']]));
    assert.match(message, /error calling broken: it failed$/);
    assert.equal(cause, undefined);
  });

  it('says nothing of a fault of the code either', async () => {
    class Broken extends Map<string, Value> {
      override get(): never {
        throw new Error('s3cr3t');
      }
    }
    const { message } = await problemOf('{{ .password }}', new Broken([['password', 's3cr3t']]));
    assert.equal(message, 'template: app:1:3: executing "app" at <.password>: internal error');
  });

  it('cannot print a function', async () => {
    const data = new Map([
      [
        'f',
        new FunctionValue(
          'func() string',
          define([], () => ''),
        ),
      ],
    ]);
    assert.match((await problemOf('{{ .f }}', data)).message, /can't print \{\{\.f\}\} of type func\(\) string$/);
  });
});

describe('the budget of a render', () => {
  /** Each look at the clocks finds them later. */
  function clocksAt(msPerLook: number) {
    let now = 0;
    const tick = () => {
      now += msPerLook;
      return now;
    };
    return { now: tick, cpu: tick };
  }

  it('gives the event loop its turn after a slice, and the output is as without', async () => {
    const template = compile('{{ range 5000 }}{{ if eq . 4999 }}{{ . }}{{ end }}{{ end }}');
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
    };
    assert.equal(await template.render(null, { clocks: clocksAt(4), pause }), '4999');
    assert.ok(pauses > 5, `${pauses} pauses`);
  });

  it('gives it its first turn as early as its host says', async () => {
    const template = compile('{{ range 600 }}{{ end }}');
    const pausesOf = async (options: { readonly firstSliceMs?: number }) => {
      let pauses = 0;
      const pause = async () => {
        pauses += 1;
      };
      await template.render(null, { clocks: clocksAt(3), pause, ...options });
      return pauses;
    };
    assert.deepEqual([await pausesOf({}), await pausesOf({ firstSliceMs: 2 })], [0, 1]);
  });

  it('ends what takes more than a second in all', async () => {
    const template = compile('{{ range 100000 }}{{ end }}', { name: 'app' });
    await assert.rejects(template.render(null, { clocks: clocksAt(11), pause: async () => {} }), {
      name: 'TemplateError',
      kind: 'limit',
      message: 'template: app:1:9: executing "app" at <100000>: exceeded maximum time',
    });
  });

  it('shares a time with others, and has less to make if its host says so', async () => {
    const time = new TimeLeft(400);
    const template = compile('{{ range 3000 }}{{ end }}', { name: 'app' });
    const options = { clocks: clocksAt(11), pause: async () => {}, time };
    await template.render(null, options);
    await assert.rejects(template.render(null, options), { kind: 'limit', message: /exceeded maximum time$/ });
    const long = compile(`{{ printf "%s" "${'x'.repeat(600)}" }}`);
    await assert.rejects(long.render(null, { maxMade: 1_000 }), {
      kind: 'memory',
      message: /exceeded maximum memory$/,
    });
    assert.equal((await long.render(null, { maxMade: 10_000 })).length, 600);
  });

  it('counts what functions charge', async () => {
    assert.equal((await problemOf('{{ work 900000 }}{{ work 200000 }}')).kind, 'limit');
    assert.equal(await compile('{{ work 900000 }}', { functions }).render(null), '');
  });

  it('has a limit for templates that call each other', async () => {
    const { kind, message } = await problemOf('{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}');
    assert.equal(kind, 'limit');
    assert.match(message, /exceeded maximum template depth \(1000\)$/);
  });

  it('does not count what index answers with: a large value may be read again and again', async () => {
    const data = new Map([['large', 'x'.repeat(500_000)]]);
    const text = '{{ range 500 }}{{ if index $ "large" }}{{ end }}{{ end }}done';
    assert.equal(await compile(text).render(data), 'done');
  });

  it('has no place for what no action did', async () => {
    const { message, line } = await problemOf('é'.repeat(600_000));
    assert.equal(message, 'template: app: exceeded maximum size of the output');
    assert.equal(line, undefined);
  });

  it('ends an output that is too long, counted in bytes', async () => {
    const { message } = await problemOf('{{ range 10 }}{{ $.text }}{{ end }}', new Map([['text', 'é'.repeat(60_000)]]));
    assert.match(message, /exceeded maximum size of the output$/);
  });
});
