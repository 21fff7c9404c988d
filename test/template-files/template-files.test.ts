import assert from 'node:assert/strict';
import { describeRead } from '../../src/describe-read.ts';
import { MountError } from '../../src/errors.ts';
import { kv1, kv2, makeAnswer } from '../render/answers.ts';
import { failureOf, loadTemplates, mounted, render, type Store } from './world.ts';

const of = (name: string, template: string, more = '') =>
  `- objectName: ${name}\n  template: |-\n${template.replaceAll(/^/gm, '    ')}\n${more}`;
const sprig = (name: string, template: string, reads: string, more = '') =>
  of(name, template, `  templateSyntax: sprig\n  reads: {${reads}}\n${more}`);
const passwordOf = (path: string) => `{{ with secret "${path}" }}{{ .Data.data.password }}{{ end }}`;
const HIDDEN =
  "a secret whose path the template puts together; the path is not shown, as it may hold a value: it is in the store's audit log";
const APP = kv2('{"password":"hunter2","port":5432,"next":"secret/data/other","list":[1,"two",{"k":true}]}');

describe('templates of the syntax agent', () => {
  before(loadTemplates);

  it('become one file of several secrets, read in one round', async () => {
    const template = `${passwordOf('secret/data/app')}\n${passwordOf('secret/data/db')}`;
    const store = { 'secret/data/app': APP, 'secret/data/db': kv2('{"password":"p2"}', '7') };
    const { files, versions, rounds, objects } = await render(of('app.ini', template), store);
    assert.deepEqual(files, { 'app.ini': 'hunter2\np2' });
    assert.deepEqual(rounds, [['secret/data/app', 'secret/data/db']]);
    assert.match(versions['app.ini'] ?? '', /^3-7\.[0-9a-f]{12}$/);
    assert.deepEqual(
      objects[0]?.reads.map(({ path }) => path),
      ['secret/data/app', 'secret/data/db'],
    );
  });

  it('read a secret once, whichever of them name it, and what another object reads not at all', async () => {
    const text = `${of('a', passwordOf('secret/data/app'))}${of('b', passwordOf('/secret/data/app/'))}- {objectName: c, secretPath: secret/data/db, secretKey: password}\n${of('d', passwordOf('secret/data/db'))}`;
    const store = { 'secret/data/app': APP, 'secret/data/db': kv2('{"password":"p2"}') };
    const { files, rounds } = await render(text, store);
    assert.deepEqual(files, { a: 'hunter2', b: 'hunter2', c: 'p2', d: 'p2' });
    assert.deepEqual(rounds, [['secret/data/db'], ['secret/data/app']]);
  });

  it('go through their passes together', async () => {
    const chain =
      '{{ with secret "secret/data/app" }}{{ with secret .Data.data.next }}{{ .Data.data.password }}{{ end }}{{ end }}';
    const store = { 'secret/data/app': APP, 'secret/data/other': kv2('{"password":"o"}'), 'secret/data/x': APP };
    const { files, rounds } = await render(
      of('a', chain) + of('b', chain) + of('c', passwordOf('secret/data/x')),
      store,
    );
    assert.deepEqual(files, { a: 'o', b: 'o', c: 'hunter2' });
    assert.deepEqual(rounds, [['secret/data/app', 'secret/data/x'], ['secret/data/other']]);
  });

  it('may name a secret without the part of version 2: its engine is asked once, for all secrets beside it', async () => {
    const store = {
      'sys/internal/ui/mounts/secret': mounted('secret/', 2),
      'sys/internal/ui/mounts/old': mounted('old/', 1),
      'secret/data/app': APP,
      'secret/data/db': APP,
      'old/app': kv1('{"password":"v1"}'),
    };
    const template = `${passwordOf('secret/app')} ${passwordOf('secret/db')} {{ with secret "old/app" }}{{ .Data.password }}{{ end }}`;
    const { files, rounds, objects } = await render(of('a', template), store);
    assert.deepEqual(files, { a: 'hunter2 hunter2 v1' });
    assert.deepEqual(rounds, [
      ['sys/internal/ui/mounts/secret', 'sys/internal/ui/mounts/old'],
      ['secret/data/app', 'secret/data/db', 'old/app'],
    ]);
    assert.equal(objects[0]?.reads.length, 3);
  });

  it('send a path as it is if the store does not tell of its engine, and fail if it cannot be asked', async () => {
    const template = '{{ with secret "database/creds/app" }}{{ .Data.username }} {{ .LeaseDuration }}{{ end }}';
    const user = makeAnswer('{"lease_id":"l/1","lease_duration":3600,"renewable":true,"data":{"username":"u"}}');
    const refused = new MountError('read-forbidden', 'no');
    for (const told of [refused, makeAnswer('{"data":{"path":"database/","type":"database"}}')]) {
      const store = { 'sys/internal/ui/mounts/database/creds': told, 'database/creds/app': user };
      assert.deepEqual((await render(of('a', template), store)).files, { a: 'u 3600' });
    }
    const down = new MountError('store-unreachable', 'down');
    const store = { 'sys/internal/ui/mounts/database/creds': down, 'database/creds/app': user };
    assert.equal(await failureOf(of('a', template), store), 'a: down [store-unreachable]');
  });

  it('write if they have arguments, in the form of the engine', async () => {
    const template =
      '{{ with secret "pki/issue/web" "ttl=24h" "common_name=a.test" }}{{ .Data.serial }}{{ end }}{{ with secret "secret/made" "b=1" }}{{ .Data.version }}{{ end }}';
    const store = {
      'sys/internal/ui/mounts/secret': mounted('secret/', 2),
      'PUT pki/issue/web': makeAnswer('{"data":{"serial":"7"}}'),
      'PUT secret/data/made': makeAnswer('{"data":{"version":4}}'),
    };
    const { files, bodies } = await render(of('a', template), store);
    assert.deepEqual(files, { a: '74' });
    assert.deepEqual(bodies.slice(2), ['{"common_name":"a.test","ttl":"24h"}', '{"data":{"b":"1"}}']);
  });

  it('list names in their order, and none of what is not there', async () => {
    const template =
      '{{ range secrets "secret/team" }}{{ . }} {{ end }}|{{ range secrets "secret/metadata/none" }}x{{ end }}';
    const store = {
      'sys/internal/ui/mounts/secret/team': mounted('secret/', 2),
      'LIST secret/metadata/team': makeAnswer('{"data":{"keys":["b","a/","c"]}}'),
    };
    assert.deepEqual((await render(of('a', template), store)).files, { a: 'a/ b c |' });
  });

  it('have certificates with pkiCert', async () => {
    const template =
      '{{ with pkiCert "pki/issue/web" "common_name=a.test" }}{{ .Cert }}{{ .CA }}{{ .Key }}{{ range .CAChain }}{{ . }}{{ end }}{{ end }}';
    const data = { certificate: 'C', private_key: 'K\n', issuing_ca: 'I', ca_chain: ['X', 'Y'] };
    const store = { 'PUT pki/issue/web': makeAnswer(JSON.stringify({ data })) };
    const { files, rounds } = await render(of('a', template), store);
    assert.deepEqual(files, { a: 'C\nI\nK\nX\nY\n' });
    assert.equal(rounds.length, 1);
    const wrong = { 'PUT pki/issue/web': makeAnswer('{"data":{"serial":"7"}}') };
    assert.match(await failureOf(of('a', template), wrong), /answered without a certificate; .* \[key-missing\]$/);
  });

  it('fail with their reads, whatever "with" and "else" say', async () => {
    const template = `{{ with secret "secret/data/none" }}x{{ else }}none{{ end }}`;
    const text = of('a', template) + of('b', passwordOf('secret/data/app'));
    const { files, failures } = await render(text, { 'secret/data/app': APP });
    assert.deepEqual(failures, ['a: secret/data/none: there is nothing [path-missing]']);
    assert.deepEqual(files, { b: 'hunter2' });
  });

  it('are an absent file if they are optional and a path is not there', async () => {
    const { files, versions, failures } = await render(
      of('a', passwordOf('secret/data/none'), '  optional: true\n'),
      {},
    );
    assert.deepEqual([files, versions, failures], [{}, { a: 'absent' }, []]);
  });

  it('print <no value> for a missing key, or fail if they are strict', async () => {
    const template = '{{ with secret "secret/data/app" }}{{ .Data.data.nokey }}{{ end }}';
    const store = { 'secret/data/app': APP };
    assert.deepEqual((await render(of('a', template), store)).files, { a: '<no value>' });
    assert.equal(
      await failureOf(of('a', template, '  errorOnMissingKey: true\n'), store),
      'a: template: a:1:43: executing "a" at <.Data.data.nokey>: map has no entry for key "nokey" [template-failed]',
    );
  });

  it('have delimiters of their own', async () => {
    const template = '[[ with secret "secret/data/app" ]]{{ [[ .Data.data.password ]] }}[[ end ]]';
    const { files } = await render(of('a', template, '  templateDelimiters: ["[[", "]]"]\n'), {
      'secret/data/app': APP,
    });
    assert.deepEqual(files, { a: '{{ hunter2 }}' });
  });

  it('go through five passes, of 64 secrets each, and no more', async () => {
    const next = (depth: number): string =>
      depth === 0 ? '{{ .Data.v }}' : `{{ with secret .Data.next }}${next(depth - 1)}{{ end }}`;
    const store = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [`kv/data/${at}`, kv1(`{"next":"kv/data/${at + 1}","v":"${at}"}`)]),
    );
    const chain = (depth: number) => of('a', `{{ with secret "kv/data/0" }}${next(depth)}{{ end }}`);
    const { files, rounds } = await render(chain(4), store);
    assert.deepEqual([files, rounds.length], [{ a: '4' }, 5]);
    assert.equal(
      await failureOf(chain(5), store),
      'a: it asks for more secrets in each of five passes [template-failed]',
    );
    const many = (count: number) =>
      of('a', `{{ range loop ${count} }}{{ with secret (printf "kv/data/%d" .) }}x{{ end }}{{ end }}`);
    const all = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`kv/data/${at}`, kv1('{"a":1}')]));
    assert.deepEqual((await render(many(64), all)).files, { a: 'x'.repeat(64) });
    assert.match(await failureOf(many(65), all), /more than 64 secrets at once \[template-failed\]$/);
  });

  it('ask for no path that leads elsewhere, and do not say it', async () => {
    for (const path of ['secret/../sys/seal', 'a/%2e%2e/b', 'x'.repeat(5_000)]) {
      const failure = await failureOf(of('a', `{{ with secret "${path}" }}{{ end }}`), {});
      assert.match(failure, /^a: a secret that the template asks for: its path .*\[template-failed\]$/);
    }
  });

  it('show no path that they make of a value, and any other', async () => {
    const made =
      '{{ with secret "secret/data/app" }}{{ with secret (printf "secret/data/%s" .Data.data.password) }}{{ end }}{{ end }}';
    assert.equal(await failureOf(of('a', made), { 'secret/data/app': APP }), `a: ${HIDDEN} [path-missing]`);
    const listed =
      '{{ range secrets "secret/metadata/team" }}{{ with secret (printf "secret/data/team/%s" .) }}{{ end }}{{ end }}';
    const store = { 'LIST secret/metadata/team': makeAnswer('{"data":{"keys":["blue"]}}') };
    assert.equal(await failureOf(of('a', listed), store), 'a: secret/data/team/blue: there is nothing [path-missing]');
  });

  it('show no path that they make of a value, whatever is wrong with what is there', async () => {
    const levels = 600;
    const deep = kv1(`{"list":${'['.repeat(levels)}${']'.repeat(levels)}}`);
    const next = (wish: string, more = '', path = 'secret/data/app') =>
      `{{ with secret "${path}" }}{{ with ${wish} (printf "kv/data/%s${more}" .Data.data.password) }}{{ end }}{{ end }}`;
    const store = { 'secret/data/app': APP, 'secret/data/app2': APP };
    const failing: readonly (readonly [text: string, store: Store, reason: string])[] = [
      [of('a', next('secret')), { 'kv/data/hunter2': deep }, 'template-failed'],
      [of('a', next('secret', '?version=1')), {}, 'path-missing'],
      [of('a', next('secret').replace('%s', 'app?version=%s')), {}, 'path-missing'],
      [of('a', next('pkiCert')), { 'PUT kv/data/hunter2': APP }, 'key-missing'],
      [of('a', next('secrets')), { 'LIST kv/data/hunter2': APP }, 'key-missing'],
      [
        of('b', next('secret', '', 'secret/data/app2')) + of('a', next('secret'), '  refreshAfter: 1h\n'),
        { 'kv/data/hunter2': APP },
        'class-invalid',
      ],
    ];
    for (const [text, more, reason] of failing)
      assert.equal(await failureOf(text, { ...store, ...more }), `a: ${HIDDEN} [${reason}]`);
    // What the class itself names is no value.
    const own = '- {objectName: b, secretPath: kv/data/hunter2, secretKey: x}\n';
    const { failures } = await render(own + of('a', next('secret')), store);
    assert.deepEqual(failures, [
      'b: kv/data/hunter2: there is nothing [path-missing]',
      'a: kv/data/hunter2: there is nothing [path-missing]',
    ]);
  });

  it('give a read a name to show in place of such a path, for what tells of it later', async () => {
    const template =
      '{{ with secret "secret/data/app" }}{{ with secret (printf "db/data/%s" .Data.data.password) }}x{{ end }}{{ end }}';
    const { objects } = await render(of('a', template), { 'secret/data/app': APP, 'db/data/hunter2': APP });
    assert.deepEqual(objects[0]?.reads.map(describeRead), [
      'GET secret/data/app',
      'GET (a path that a template puts together)',
    ]);
  });

  it('show no path whose parts only stand in a template in part', async () => {
    const template = '{{/* unter */}}{{ with secret (printf "kv/data/%s" (print "un" "ter")) }}{{ end }}';
    assert.equal(await failureOf(of('a', template), {}), `a: ${HIDDEN} [path-missing]`);
  });

  it('do not see what another made of a map that both read', async () => {
    const change =
      '{{ with secret "secret/data/app" }}{{ $_ := sprig_set .Data.data "password" "changed" }}{{ .Data.data.password }}{{ end }}';
    const text = of('a', change) + of('b', passwordOf('secret/data/app'));
    assert.deepEqual((await render(text, { 'secret/data/app': APP })).files, { a: 'changed', b: 'hunter2' });
  });

  it('read what another object says other things of: one of them fails', async () => {
    const text = `- {objectName: v, secretPath: secret/data/app, secretKey: password}\n${of('a', passwordOf('secret/data/app'), '  refreshAfter: 1h\n')}`;
    // The other way round too: it is the template that came upon the read.
    const [template = '', value = ''] = text.split(/\n(?=- objectName)/).toReversed();
    assert.match(await failureOf(`${template}${value}\n`, { 'secret/data/app': APP }), /^a: another object/);
    assert.match(
      await failureOf(text, { 'secret/data/app': APP }),
      /^a: another object reads GET secret\/data\/app with another share, refreshAfter or revoke; .*\[class-invalid\]$/,
    );
  });
});

describe('templates of the syntax sprig', () => {
  before(loadTemplates);

  it('are rendered over the reads that their object names', async () => {
    const reads = 'db: {secretPath: secret/data/app}, token: {secretPath: t, secretKey: token, encoding: base64}';
    const template = '{{ .db.password | upper }}:{{ .token }}@{{ .db.port }} {{ (index .db.list 2).k }}';
    const store = { 'secret/data/app': APP, t: kv1('{"token":"aGk="}') };
    const { files, versions, rounds } = await render(sprig('dsn', template, reads), store);
    assert.deepEqual(files, { dsn: 'HUNTER2:hi@5432 true' });
    assert.match(versions['dsn'] ?? '', /^3\.[0-9a-f]{12}$/);
    assert.equal(rounds.length, 1);
  });

  it('fail with a key that is missing, and with a read', async () => {
    const store = { 'secret/data/app': APP };
    const reads = 'db: {secretPath: secret/data/app}';
    assert.equal(
      await failureOf(sprig('a', '{{ .db.nokey }}', reads), store),
      'a: template: a:1:6: executing "a" at <.db.nokey>: map has no entry for key "nokey" [template-failed]',
    );
    assert.deepEqual(
      (await render(sprig('a', '{{ .db.nokey }}', reads, '  errorOnMissingKey: false\n'), store)).files,
      { a: '<no value>' },
    );
    assert.match(await failureOf(sprig('a', '{{ .db }}', 'db: {secretPath: none}'), store), /\[path-missing\]$/);
    const key = 'db: {secretPath: secret/data/app, secretKey: pasword}';
    assert.match(await failureOf(sprig('a', '{{ .db }}', key), store), /did you mean "password"\? \[key-missing\]$/);
    const optional = await render(sprig('a', '{{ .db }}', key, '  optional: true\n'), store);
    assert.deepEqual([optional.files, optional.versions, optional.failures], [{}, { a: 'absent' }, []]);
  });

  it('cannot read by themselves', async () => {
    const { LANGUAGES } = await import('../../src/plan/template-languages.ts');
    assert.equal(LANGUAGES.sprig.get().functions.find('secret'), undefined);
  });

  it('change their version with the secrets, and with themselves', async () => {
    const reads = 'db: {secretPath: secret/data/app}';
    const version = async (template: string, answer = APP) =>
      (await render(sprig('a', template, reads), { 'secret/data/app': answer })).versions['a'];
    const first = await version('{{ .db.password }}');
    assert.equal(await version('{{ .db.password }}'), first);
    assert.notEqual(await version('{{ .db.password -}}'), first);
    assert.notEqual(await version('{{ .db.password }}', kv2('{"password":"hunter2"}', '4')), first);
    assert.notEqual(await version('{{ .db.password }}', kv2('{"password":"hunter3"}')), first);
  });
});
