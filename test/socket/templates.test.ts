// Templates in a class, at the real store: files of several secrets, what changes them, what fails them, and what they cost.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { passTo } from '../drop-in/fronts.ts';
import { processCpuMs } from '../harness/cpu-time.ts';
import type { Daemon } from '../harness/daemon.ts';
import type { MountAnswer } from '../harness/driver.ts';
import { answer, type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { MAY_READ, type SocketWorld, socketWorld } from './world.ts';

const RULES = [
  'path "templates-one/*" { capabilities = ["read", "list"] }',
  'path "secret/data/shut" { capabilities = ["deny"] }',
  'path "secret/data/made" { capabilities = ["create", "update"] }',
  'path "templates-pki/issue/web" { capabilities = ["create", "update"] }',
].join(' ');
const LATENCY_MS = 5;
/** Of a small mount beside hostile ones: it judges no speed of the machine, only that none waits for all of them. */
const MOST_WAIT_MS = 3_000;

describe('a template', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  let front: FaultyStore;
  const agent = new http.Agent({ keepAlive: true });

  before(async () => {
    world = await socketWorld();
    await world.bao.addPolicy('templates', `${MAY_READ} ${RULES}`);
    for (const method of [world.jwt, world.kubernetes]) await method.addRole('templates', { policies: ['templates'] });
    await world.bao.enableKv('templates-one', 1);
    await world.bao.enablePki({ mount: 'templates-pki' });
    front = await startFaultyStore({ behaviour: passTo(world.bao.address, agent) });
    daemon = await world.daemon({ args: ['--coalesce-window=0s', '--poll-window=0s', '--max-retries=0'] });
  });
  after(async () => {
    await world.endDaemons();
    await front.stop();
    agent.destroy();
  });
  afterEach(() => {
    front.behaviour = passTo(world.bao.address, agent);
  });

  const of = (name: string, template: string, more = '') =>
    `- objectName: ${name}\n  template: |-\n${template.replaceAll(/^/gm, '    ')}\n${more}`;
  const wish = (objects: string, pod: string, parameters: Record<string, string> = {}) =>
    world.kubernetesWish(objects, { pod, parameters: { roleName: 'templates', ...parameters } });
  const mount = (objects: string, pod: string, parameters?: Record<string, string>) =>
    daemon.driver().mount(wish(objects, pod, parameters));
  const filesOf = ({ files }: MountAnswer) =>
    Object.fromEntries(files.map(({ path, contents }) => [path, contents.toString()]));
  const refusal = async (objects: string, pod: string) => (await daemon.driver().refusal(wish(objects, pod))).details;
  const throughFront = () => ({ vaultAddress: front.address });

  it('is mounted as docs/examples/templates.yaml says', async () => {
    const text = readFileSync(new URL('../../docs/examples/templates.yaml', import.meta.url), 'utf8');
    await world.write('shop', { user: 'shop', password: 'p "1"' });
    await world.write('db', { user: 'db', password: 'a&b' });
    await world.write('service', { config: JSON.stringify({ hosts: ['a.example', 'b.example'] }) });
    const objects = String(parseAllDocuments(text)[0]?.toJS().spec.parameters.objects);
    const { files } = await mount(objects, 'pod-example');
    assert.deepEqual(
      files.map(({ path, mode, contents }) => [path, mode, contents.toString()]),
      [
        [
          'app.ini',
          0o444,
          '[database]\nuser = shop\npassword = "p \\"1\\""\n[hosts]\nhost0 = a.example\nhost1 = b.example\n',
        ],
        ['dsn', 0o444, 'postgres://db:a%26b@db'],
      ],
    );
  });

  it('is one file of three secrets in two engines, and changes in one swap', async () => {
    await world.write('one', { password: 'p1' });
    await world.write('two', { password: 'p2' });
    await world.bao.request('POST', 'templates-one/three', { password: 'p3' });
    const template = [
      'one={{ with secret "secret/data/one" }}{{ .Data.data.password }}{{ end }}',
      'two={{ with secret "secret/two" }}{{ .Data.data.password }}{{ end }}',
      'three={{ with secret "templates-one/three" }}{{ .Data.password }}{{ end }}',
    ].join('\n');
    const first = await mount(of('app.ini', template), 'pod-three');
    assert.deepEqual(filesOf(first), { 'app.ini': 'one=p1\ntwo=p2\nthree=p3' });
    assert.match(first.versions.get('app.ini') ?? '', /^1-1\.[0-9a-f]{12}$/);
    const same = await mount(of('app.ini', template), 'pod-three');
    assert.deepEqual(same.versions, first.versions);
    await world.write('one', { password: 'q1' });
    await world.write('two', { password: 'q2' });
    await world.bao.request('POST', 'templates-one/three', { password: 'q3' });
    const second = await mount(of('app.ini', template), 'pod-three');
    assert.deepEqual(filesOf(second), { 'app.ini': 'one=q1\ntwo=q2\nthree=q3' });
    assert.match(second.versions.get('app.ini') ?? '', /^2-2\.[0-9a-f]{12}$/);
  });

  it('asks which engine it is once per pod, and each secret once', async () => {
    await world.write('engine/a', { k: 'a' });
    await world.write('engine/b', { k: 'b' });
    const k = (path: string) => `{{ with secret "${path}" }}{{ .Data.data.k }}{{ end }}`;
    const objects = of('x', `${k('secret/engine/a')}${k('secret/engine/b')}`) + of('y', k('secret/data/engine/a'));
    for (let poll = 0; poll < 3; poll += 1)
      assert.deepEqual(filesOf(await mount(objects, 'pod-engine')), { x: 'ab', y: 'a' });
    const lines = await daemon.untilLoggedTimes(3, (line) => line['pod'] === 'pod-engine' && 'reads' in line);
    assert.deepEqual(
      lines.map((line) => line['reads']),
      [3, 2, 2],
    );
  });

  it('has user and password of one lease, which stay until it is due', async () => {
    const users = world.leased.users.size;
    const template = `{{ with secret "${world.leased.path}" }}{{ .Data.username }}:{{ .Data.password }}{{ end }}`;
    const objects = `${of('dsn', template)}- {objectName: user, secretPath: ${world.leased.path}, secretKey: username}\n`;
    const first = filesOf(await mount(objects, 'pod-lease'));
    assert.match(first['dsn'] ?? '', /^.+:.+$/);
    assert.equal(first['dsn']?.split(':')[0], first['user']);
    for (let poll = 0; poll < 3; poll += 1) assert.deepEqual(filesOf(await mount(objects, 'pod-lease')), first);
    assert.equal(world.leased.users.size, users + 1);
    const own = filesOf(await mount(of('dsn', template), 'pod-lease-2'));
    assert.notEqual(own['dsn'], first['dsn']);
    assert.equal(world.leased.users.size, users + 2);
  });

  it('has another pair, in one swap, once it is due', async () => {
    const template = `{{ with secret "${world.leased.path}" }}{{ .Data.username }}:{{ .Data.password }}{{ end }}`;
    const objects = `${of('dsn', template, '  refreshAfter: 1s\n')}${of('user', template.replace(':{{ .Data.password }}', ''), '  refreshAfter: 1s\n')}`;
    const first = filesOf(await mount(objects, 'pod-swap'));
    await sleep(1_100);
    const second = filesOf(await mount(objects, 'pod-swap'));
    assert.notEqual(second['user'], first['user']);
    assert.equal(second['dsn']?.split(':')[0], second['user']);
    assert.notEqual(second['dsn']?.split(':')[1], first['dsn']?.split(':')[1]);
  });

  it('that would never end does, with an error and no delay of others', async () => {
    const loop = '{{ range loop 1000000 }}{{ if eq 1 2 3 4 }}{{ end }}{{ end }}';
    const strings = '{{ $x := "ab" }}{{ range loop 60 }}{{ $x = sprig_cat $x $x }}{{ end }}';
    const recursive = '{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}';
    let isOver = false;
    const beside = (async () => {
      const times: number[] = [];
      for (let poll = 0; !isOver; poll += 1) {
        const startedAt = performance.now();
        await mount('- {objectName: a, secretPath: secret/data/one, secretKey: password}', `pod-beside-${poll % 5}`);
        times.push(performance.now() - startedAt);
      }
      return times;
    })();
    for (const [name, template, says] of [
      ['loop', loop, /exceeded maximum number of steps|take more than 250 ms|exceeded maximum time/],
      ['strings', strings, /exceeded maximum size of a string/],
      ['recursive', recursive, /exceeded maximum template depth/],
    ] as const) {
      const before = processCpuMs(daemon.process.pid ?? 0);
      const details = await refusal(of('t', template), `pod-${name}`);
      const ms = processCpuMs(daemon.process.pid ?? 0) - before;
      assert.match(details, says);
      assert.match(details, /\[template-failed\]$/);
      assert.ok(ms < 1_500, `${name} took ${ms} ms`);
    }
    isOver = true;
    const times = (await beside).toSorted((a, b) => a - b);
    assert.ok(times.length > 0 && (times.at(-1) ?? 0) < MOST_WAIT_MS, `${times.map((ms) => ms.toFixed(0))}`);
  });

  it('issues a certificate once, with pkiCert and with arguments', async () => {
    const pair = '"templates-pki/issue/web" "common_name=app.example.com"';
    const objects =
      of('one.pem', `{{ with pkiCert ${pair} }}{{ .Cert }}{{ .Key }}{{ .CA }}{{ end }}`) +
      of('two.pem', `{{ with secret ${pair} }}{{ .Data.certificate }}\n{{ .Data.private_key }}{{ end }}`);
    const first = filesOf(await mount(objects, 'pod-pki'));
    const certificate = new X509Certificate(first['one.pem'] ?? '');
    assert.equal(certificate.subject, 'CN=app.example.com');
    // The same request: one certificate for both.
    assert.equal(new X509Certificate(first['two.pem'] ?? '').serialNumber, certificate.serialNumber);
    assert.deepEqual(filesOf(await mount(objects, 'pod-pki')), first);
  });

  it('writes with arguments once for each pod', async () => {
    const template = '{{ with secret "secret/made" "by=template" }}{{ .Data.version }}{{ end }}';
    assert.deepEqual(filesOf(await mount(of('v', template), 'pod-write')), { v: '1' });
    assert.deepEqual(filesOf(await mount(of('v', template), 'pod-write')), { v: '1' });
    assert.deepEqual(filesOf(await mount(of('v', template), 'pod-write-2')), { v: '2' });
    const made = (await world.bao.request('GET', 'secret/data/made')) as { data: { data: unknown } };
    assert.deepEqual(made.data.data, { by: 'template' });
  });

  it('lists names and reads what it finds, of both versions', async () => {
    await world.write('crew/b', { k: 'vb' });
    await world.write('crew/a', { k: 'va' });
    await world.bao.request('POST', 'templates-one/crew/c', { k: 'vc' });
    const template = [
      '{{ range secrets "secret/crew" }}{{ . }}={{ with secret (printf "secret/data/crew/%s" .) }}{{ .Data.data.k }}{{ end }} {{ end }}',
      '{{ range secrets "templates-one/crew" }}{{ . }}={{ with secret (printf "templates-one/crew/%s" .) }}{{ .Data.k }}{{ end }}{{ end }}',
      '{{ range secrets "secret/metadata/no-such-crew" }}x{{ end }}',
    ].join('|');
    assert.deepEqual(filesOf(await mount(of('names', template), 'pod-list')), { names: 'a=va b=vb |c=vc|' });
  });

  it('fails with its reads: no path, a deleted version, a path that is shut', async () => {
    await world.write('t-gone', { k: 'v' });
    await world.bao.request('DELETE', 'secret/data/t-gone');
    const reading = (path: string) => of('a', `{{ with secret "${path}" }}x{{ else }}none{{ end }}`);
    assert.match(
      await refusal(reading('secret/data/nowhere'), 'pod-fails'),
      /^object "a": GET secret\/data\/nowhere: there is nothing .*\[path-missing\]$/s,
    );
    assert.match(await refusal(reading('secret/data/t-gone'), 'pod-fails'), /\[version-deleted\]$/);
    assert.match(await refusal(reading('secret/data/shut'), 'pod-fails'), /\[read-forbidden\]$/);
    const optional = reading('secret/data/t-gone').concat('  optional: true\n');
    const { files, versions } = await mount(optional, 'pod-optional');
    assert.deepEqual([files, [...versions]], [[], [['a', 'absent']]]);
  });

  it('keeps its last values while the store is down', async () => {
    await world.write('stale/a', { k: 'first', next: 'secret/stale/b' });
    await world.write('stale/b', { k: 'second' });
    const template =
      '{{ with secret "secret/stale/a" }}{{ .Data.data.k }}{{ with secret .Data.data.next }}{{ .Data.data.k }}{{ end }}{{ end }}';
    const first = await mount(of('a', template), 'pod-stale', throughFront());
    assert.deepEqual(filesOf(first), { a: 'firstsecond' });
    front.behaviour = answer(503, { errors: ['Vault is sealed'] });
    const second = await mount(of('a', template), 'pod-stale', throughFront());
    assert.deepEqual([filesOf(second), second.versions], [filesOf(first), first.versions]);
    const line = await daemon.untilLogged((one) => one['pod'] === 'pod-stale' && one['object'] === 'a');
    assert.match(JSON.stringify(line), /stale/);
  });

  it('takes one round more for each pass, and no other', async () => {
    await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        world.write(`chain/${at}`, { v: `${at}`, next: `secret/data/chain/${at + 1}` }),
      ),
    );
    const next = (depth: number): string =>
      depth === 0 ? '{{ .Data.data.v }}' : `{{ with secret .Data.data.next }}${next(depth - 1)}{{ end }}`;
    const chain = (passes: number) => of('a', `{{ with secret "secret/data/chain/0" }}${next(passes - 1)}{{ end }}`);
    const pass = passTo(world.bao.address, agent);
    front.behaviour = (seen, response) => setTimeout(() => pass(seen, response), LATENCY_MS);
    const rounds = async (objects: string, pod: string) => {
      const before = front.requests.length;
      const { files } = await mount(objects, pod, throughFront());
      const reads = front.requests.slice(before).filter(({ url }) => url.startsWith('/v1/secret/'));
      return [files[0]?.contents.toString(), reads.length];
    };
    assert.deepEqual(await rounds(chain(1), 'pod-chain'), ['0', 1]);
    assert.deepEqual(await rounds(chain(5), 'pod-chain-5'), ['4', 5]);
    const wide = `{{ range loop 6 }}{{ with secret (printf "secret/data/chain/%d" .) }}{{ .Data.data.v }}{{ end }}{{ end }}`;
    assert.deepEqual(await rounds(of('a', wide), 'pod-wide'), ['012345', 6]);
    assert.match(
      await refusal(chain(6), 'pod-chain-6'),
      /it asks for more secrets in each of five passes \[template-failed\]$/,
    );
  });

  it('takes little more time than plain objects of the same secrets', async () => {
    const POLLS = 200;
    const paths = ['one', 'two', 'db'].map((name) => `secret/data/${name}`);
    const plain = paths
      .map((path, at) => `- {objectName: o${at}, secretPath: ${path}, secretKey: password}\n`)
      .join('');
    const k = (path: string) => `{{ with secret "${path}" }}{{ .Data.data.password }}{{ end }}\n`;
    const cpu = async (objects: string, pod: string) => {
      await mount(objects, pod);
      const before = processCpuMs(daemon.process.pid ?? 0);
      for (let poll = 0; poll < POLLS; poll += 1) await mount(objects, pod);
      return (processCpuMs(daemon.process.pid ?? 0) - before) / POLLS;
    };
    const [ofPlain, ofTemplate] = [await cpu(plain, 'pod-plain'), await cpu(of('a', paths.map(k).join('')), 'pod-cpu')];
    assert.ok(ofTemplate < 2 * ofPlain + 2, `${ofTemplate} ms and ${ofPlain} ms`);
  });
});
