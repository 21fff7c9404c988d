import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import protobuf from 'protobufjs';
import type { Answer } from '../../src/fetch/ports.ts';
import type { PlanObject } from '../../src/plan/plan.ts';
import { renderFiles } from '../../src/render/render.ts';
import type { Rendered } from '../../src/render/rendered.ts';
import { readOf } from '../harness/plans.ts';
import { kv1, kv2, makeAnswer, makeObject } from './answers.ts';

const KEY = Buffer.alloc(32, 7);
const render = (objects: readonly PlanObject[], answers: Record<string, Answer>, absent: readonly string[] = []) =>
  renderFiles(
    objects,
    new Map(Object.entries(answers).map(([path, answer]) => [`GET ${path}`, answer])),
    KEY,
    new Set(absent.map((path) => `GET ${path}`)),
  );
const text = (rendered: Rendered) =>
  rendered.files.map(({ path, mode, contents }) => [path, mode, Buffer.from(contents.reveal()).toString()]);
const reasons = (rendered: Rendered) => rendered.failures.map(({ object, error }) => [object.name, error.reason]);

const MANY_KEYS = Array.from({ length: 100_000 }, (_, i) => `"${i.toString(36)}":0`).join();
/** What costs time in one answer. */
const MANY_TIMES: readonly (readonly [
  says: string,
  answer: string,
  fields: Partial<Parameters<typeof makeObject>[0]>,
])[] = [
  ['the metadata', `{"data":{"data":{"a":"x"},"metadata":{${MANY_KEYS}}}}`, { key: 'a' }],
  ['a whole answer that grows', `{"data":{"a":"${'<'.repeat(1_000_000)}"}}`, {}],
  ['a value that is no hex', `{"data":{"a":"${'\\n'.repeat(1_000_000)}!"}}`, { key: 'a', encoding: 'hex' }],
];

describe('renderFiles', () => {
  it("gives files and versions in the class's order", () => {
    const objects = [
      makeObject({ name: 'b/pass', key: 'p', mode: 0o400 }),
      makeObject({ name: 'a', key: 'n' }),
      makeObject({ name: 'whole', path: 'kv/x' }),
    ];
    const rendered = render(objects, {
      'secret/data/app': kv2('{"p":"x","n":12345678901234567890}'),
      'kv/x': kv1('{"k":""}'),
    });
    assert.deepEqual(text(rendered), [
      ['b/pass', 0o400, 'x'],
      ['a', 0o644, '12345678901234567890'],
      [
        'whole',
        0o644,
        '{"request_id":"r1","lease_id":"","lease_duration":2764800,"renewable":false,"data":{"k":""},"warnings":null,"mount_type":"kv"}',
      ],
    ]);
    assert.deepEqual(
      rendered.versions.map(({ id }) => id),
      ['b/pass', 'a', 'whole'],
    );
    assert.deepEqual(reasons(rendered), []);
  });

  it('lists the keys of a secret once, and says what is near for the first that miss one', () => {
    const names = Array.from({ length: 500 }, (_, index) => `"key-${String(index).padStart(3, '0')}":"v"`);
    const answer = kv2(`{${names.join(',')}}`);
    const objects = Array.from({ length: 40 }, (_, index) =>
      makeObject({ name: `f${index}`, key: `kez-${index + 100}` }),
    );
    const { failures } = render(objects, { 'secret/data/app': answer });
    const messages = failures.map(({ error }) => error.message);
    assert.equal(messages[0], 'secret/data/app has no key "kez-100"; did you mean "key-100"?');
    assert.equal(messages[19], 'secret/data/app has no key "kez-119"; did you mean "key-119"?');
    assert.equal(messages[20], 'secret/data/app has no key "kez-120"');
    assert.equal(messages.length, 40);
  });

  it('collects every failure, and leaves out objects whose read has no answer', () => {
    const objects = [
      makeObject({ name: 'good', key: 'p' }),
      makeObject({ name: 'no-key', key: 'q' }),
      makeObject({ name: 'no-read', path: 'elsewhere' }),
      makeObject({ name: 'no-hex', key: 'p', encoding: 'hex' }),
    ];
    const rendered = render(objects, { 'secret/data/app': kv2('{"p":"x"}') });
    assert.deepEqual(reasons(rendered), [
      ['no-key', 'key-missing'],
      ['no-hex', 'value-undecodable'],
    ]);
    assert.deepEqual(
      rendered.versions.map(({ id }) => id),
      ['good'],
    );
  });

  it('makes a file only once each of its reads has an answer', () => {
    const [other] = makeObject({ path: 'elsewhere' }).reads;
    assert.ok(other !== undefined);
    const object = makeObject({ name: 'f', key: 'p' });
    const two = { ...object, reads: [...object.reads, other] };
    const ids = (objects: readonly PlanObject[], answers: Record<string, Answer>, absent: readonly string[] = []) =>
      render(objects, answers, absent).versions;
    const answer = kv2('{"p":"x"}');
    assert.deepEqual(ids([two], { 'secret/data/app': answer }), []);
    assert.equal(ids([two], { 'secret/data/app': answer, elsewhere: answer }).length, 1);
    const optional = { ...two, isOptional: true };
    assert.deepEqual(ids([optional], { 'secret/data/app': answer }, ['elsewhere']), [{ id: 'f', version: 'absent' }]);
  });

  it('gives an optional object without path or key the version absent and no file', () => {
    const objects = [
      makeObject({ name: 'no-path', path: 'elsewhere', isOptional: true }),
      makeObject({ name: 'no-key', key: 'q', isOptional: true }),
      makeObject({ name: 'required', path: 'elsewhere' }),
    ];
    const rendered = render(objects, { 'secret/data/app': kv2('{"p":"x"}') }, ['elsewhere']);
    assert.deepEqual(rendered.files, []);
    assert.deepEqual(rendered.versions, [
      { id: 'no-path', version: 'absent' },
      { id: 'no-key', version: 'absent' },
    ]);
    assert.deepEqual(reasons(rendered), []);
  });

  it('takes an optional value that cannot be decoded as a failure', () => {
    const rendered = render([makeObject({ name: 'f', key: 'p', encoding: 'hex', isOptional: true })], {
      'secret/data/app': kv2('{"p":"x"}'),
    });
    assert.deepEqual(reasons(rendered), [['f', 'value-undecodable']]);
  });

  it('does not look at encoding where there is no key', () => {
    assert.deepEqual(reasons(render([makeObject({ encoding: 'hex' })], { 'secret/data/app': kv2('{}') })), []);
  });

  it('prints no value', () => {
    const rendered = render([makeObject({ key: 'p' })], { 'secret/data/app': kv2('{"p":"hunter2"}') });
    assert.doesNotMatch(inspect(rendered, { depth: 9 }) + JSON.stringify(rendered), /hunter2|68756e74/);
  });
});

describe('a default', () => {
  const of = (
    fields: Parameters<typeof makeObject>[0],
    answer: Record<string, Answer>,
    absent: readonly string[] = [],
  ) => {
    const rendered = render([makeObject({ key: 'k', default: 'none', ...fields })], answer, absent);
    return [text(rendered).map(([, , contents]) => contents), reasons(rendered).map(([, reason]) => reason)];
  };
  const there = { 'secret/data/app': kv2('{"k":"value","hex":"zz"}') };
  const keyless = { 'secret/data/app': kv2('{}') };
  const gone = ['secret/data/app'];

  it('stands in for a missing key', () => {
    assert.deepEqual(of({}, there), [['value'], []]);
    assert.deepEqual(of({}, keyless), [['none'], []]);
    assert.deepEqual(of({ default: '' }, keyless), [[''], []]);
    assert.deepEqual(of({ isOptional: true }, keyless), [['none'], []]);
  });

  it('stands in for a missing path of an optional object only', () => {
    assert.deepEqual(of({ isOptional: true }, {}, gone), [['none'], []]);
    assert.deepEqual(of({}, {}, gone), [[], []], 'whose failure the caller has');
    assert.deepEqual(of({ isOptional: true }, {}), [[], []], 'as above');
  });

  it('is not decoded, and stands in for no value that cannot be', () => {
    assert.deepEqual(of({ encoding: 'hex' }, keyless), [['none'], []]);
    assert.deepEqual(of({ encoding: 'hex', key: 'hex' }, there), [[], ['value-undecodable']]);
  });

  it('is part of the version, which is otherwise as it was', () => {
    const version = (fields: Parameters<typeof makeObject>[0]) =>
      render([makeObject({ key: 'k', ...fields })], there).versions[0]?.version;
    assert.notEqual(version({ default: 'a' }), version({ default: 'b' }));
    assert.notEqual(version({ default: '' }), version({}));
  });
});

describe('encode', () => {
  const text = (changes: Parameters<typeof makeObject>[0], answer: Answer) => {
    const { files } = render([makeObject(changes)], { 'secret/data/app': answer });
    return Buffer.from(files[0]?.contents.reveal() ?? []).toString();
  };

  it('writes what encoding has decoded', () =>
    assert.equal(text({ key: 'p', encoding: 'base64url-raw', encode: 'hex' }, kv1('{"p":"-_-_QQ"}')), 'fbffbf41'));
  it('writes a whole answer', () => {
    const answer = kv1('{"p":"x"}');
    const whole = text({ key: undefined }, answer);
    assert.equal(text({ key: undefined, encode: 'base64' }, answer), Buffer.from(whole).toString('base64'));
  });
  it('is told apart from a file of the same value without it', () => {
    const objects = [undefined, 'base64', 'hex'] as const;
    const named = objects.map((encode) => makeObject({ name: `${encode}`, key: 'p', encode }));
    const { files } = render(named, { 'secret/data/app': kv1('{"p":"hi"}') });
    assert.deepEqual(
      files.map(({ contents }) => Buffer.from(contents.reveal()).toString()),
      ['hi', 'aGk=', '6869'],
    );
  });
});

describe('a version', () => {
  const versionOf = (changes: Parameters<typeof makeObject>[0], answer: Answer) => {
    const object = makeObject({ key: 'p', ...changes });
    return render([object], { [readOf(object).path]: answer }).versions[0]?.version;
  };

  it('is pinned, so that an upgrade changes none', () => {
    assert.equal(versionOf({}, kv2('{"p":"x"}')), '3.56349783690d');
    assert.equal(versionOf({}, kv1('{"p":"x"}')), '56349783690d6885c78afc1fa902b901014b04a017ffeadde0a82b50a77fdcc8');
  });
  it('changes with each part of the definition and with the content', () => {
    const answer = kv1('{"p":"78","q":"78"}');
    const versions = [
      versionOf({}, answer),
      versionOf({ name: 'other' }, answer),
      versionOf({ key: 'q' }, answer),
      versionOf({ encoding: 'hex' }, answer),
      versionOf({ encode: 'hex' }, answer),
      versionOf({ encode: 'base64' }, answer),
      versionOf({ mode: 0o400 }, answer),
      versionOf({ path: 'kv/other' }, answer),
      versionOf({ key: undefined }, answer),
      versionOf({}, kv1('{"p":"79"}')),
    ];
    assert.equal(new Set(versions).size, versions.length);
  });
  it('stays while neither changes', () =>
    assert.equal(versionOf({}, kv1('{"p":"x"}')), versionOf({}, kv1('{"p":"x","q":"new"}'))));
});

describe('the size of an answer', () => {
  const response = protobuf
    .parse(
      `syntax = "proto3";
    message V { string id = 1; string version = 2; }
    message F { string path = 1; int32 mode = 2; bytes contents = 3; }
    message R { repeated V object_version = 1; repeated F files = 3; }`,
      { keepCase: true },
    )
    .root.lookupType('R');
  const encoded = ({ files, versions }: Rendered) =>
    response
      .encode({
        object_version: versions,
        files: files.map(({ path, mode, contents }) => ({ path, mode, contents: contents.reveal() })),
      })
      .finish().length;
  const ofLength = (length: number) =>
    render([makeObject({ key: 'p' })], { 'secret/data/app': kv1(`{"p":"${'x'.repeat(length)}"}`) });

  for (const length of [0, 1, 100, 127, 128, 16_300, 16_384, 2 ** 21]) {
    it(`is what protobuf makes of a file of ${length} bytes`, () =>
      assert.equal(ofLength(length).sizeBytes, encoded(ofLength(length))));
  }
  it('counts names in bytes and a mode of 0 as protobufjs does', () => {
    const rendered = render(
      [makeObject({ name: 'é'.repeat(70), mode: 0, key: 'p' }), makeObject({ name: 'o', key: 'q', isOptional: true })],
      { 'secret/data/app': kv2('{"p":"x"}') },
    );
    assert.equal(rendered.sizeBytes, encoded(rendered));
  });

  it('is refused one byte over 4 MiB and taken at 4 MiB, with the largest objects named', () => {
    const overhead = ofLength(2 ** 22 - 200).sizeBytes - (2 ** 22 - 200);
    assert.equal(ofLength(2 ** 22 - overhead).sizeBytes, 2 ** 22);
    assert.deepEqual(reasons(ofLength(2 ** 22 - overhead)), []);
    assert.deepEqual(reasons(ofLength(2 ** 22 - overhead + 1)), [['file', 'files-too-large']]);

    const objects = ['small', 'huge', 'big', 'mid'].map((name) => makeObject({ name, key: name }));
    const sizes = { small: 10, huge: 3_000_000, big: 2_000_000, mid: 1_000_000 };
    const data = JSON.stringify(
      Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, 'x'.repeat(size)])),
    );
    const [failure] = render(objects, { 'secret/data/app': kv2(data) }).failures;
    assert.equal(failure?.object.name, 'huge');
    assert.equal(
      failure?.error.message,
      'the files come to 5.73 MiB and the driver takes 4 MiB at most; split the class in two; the largest: huge (2.87 MiB), big (1.91 MiB), mid (0.96 MiB)',
    );
  });

  for (const [says, answer, fields] of MANY_TIMES)
    it(`goes once through ${says}, however many objects name it`, () => {
      const cost = (count: number) => {
        const objects = Array.from({ length: count }, (_, i) => makeObject({ name: `f${i}`, path: 'kv/x', ...fields }));
        const before = process.cpuUsage();
        render(objects, { 'kv/x': makeAnswer(answer) });
        return process.cpuUsage(before).user / 1000;
      };
      cost(1);
      const [one, many] = [cost(1), cost(100)];
      assert.ok(many < 5 * one + 50, `${many} ms for 100, ${one} ms for one`);
    });

  it('makes no more files once they are over twice what the driver takes, however many name one value', () => {
    const objects = Array.from({ length: 1_000 }, (_, i) => makeObject({ name: `f${i}`, path: 'kv/x', key: 'k' }));
    const rendered = render(objects, { 'kv/x': kv1(`{"k":[${'1,'.repeat(500_000)}1]}`) });
    assert.ok(rendered.files.length < 12, `${rendered.files.length} files`);
    assert.match(rendered.failures[0]?.error.message ?? '', /^the files come to over 8 MiB and the driver takes 4 MiB/);
  });

  it('is warned about over 1 MiB', () => {
    assert.deepEqual(ofLength(1_000_000).warnings, []);
    assert.deepEqual(ofLength(1_100_000).warnings, [
      'the files come to 1.05 MiB; over 1 MiB they cannot be synced to a Secret; the largest: file (1.05 MiB)',
    ]);
  });

  it('refuses a whole answer as well', () => {
    assert.deepEqual(
      reasons(render([makeObject()], { 'secret/data/app': makeAnswer(`{"data":{"a":"${'x'.repeat(2 ** 22)}"}}`) })),
      [['file', 'files-too-large']],
    );
  });
});
