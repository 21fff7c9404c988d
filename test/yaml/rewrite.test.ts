// Changes in a text that somebody wrote: one value is another, all else is as it was, byte for byte.
import assert from 'node:assert/strict';
import type { YamlBounds } from '../../src/yaml/bounds.ts';
import type { Change } from '../../src/yaml/change.ts';
import { applyEdits, rewriteYaml } from '../../src/yaml/rewrite.ts';

const BOUNDS: YamlBounds = {
  bytes: 1024 * 1024,
  depth: 50,
  depthFix: '',
  nodes: 10_000,
  tokens: 50_000,
  chars: 1024 * 1024,
  fix: '',
};

const POD = `# Ann's pod
kind: Pod   # not a Deployment
metadata: {name: "app", labels: { a: 'b' }}
spec:
  containers:
  - name: app
    env:
      - name: A
        valueFrom:
          configMapKeyRef: {name: settings, key: a}  # why
    args: [ "-x",  1 ]
  # the volumes
  volumes:
    - name: creds
      secret: # of the app
        secretName: creds
        defaultMode: 0400

    # scratch
    - name: tmp
      emptyDir: {} # small
`;

function change(text: string, ...changes: readonly Change[]): string | undefined {
  const edits = rewriteYaml(text, changes, BOUNDS);
  return edits === undefined ? undefined : applyEdits(text, edits);
}

/** Lines that went and came. */
function difference(before: string, after: string | undefined): string[] {
  const [old, now] = [before.split('\n'), (after ?? '').split('\n')];
  let head = 0;
  while (head < old.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return [
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
  ];
}

const csi = { driver: 'x.y', volumeAttributes: { secretProviderClass: 'on' } };

describe('a change in a document', () => {
  it('puts a field in the place of another', () =>
    assert.deepEqual(
      difference(POD, change(POD, { kind: 'field', path: ['spec', 'volumes', 0, 'secret'], name: 'csi', value: csi })),
      [
        '-      secret: # of the app',
        '-        secretName: creds',
        '-        defaultMode: 0400',
        '+      csi:',
        '+        driver: x.y',
        '+        volumeAttributes:',
        '+          secretProviderClass: "on"',
      ],
    ));

  it('names a field anew and leaves what it holds', () => {
    const path = ['spec', 'containers', 0, 'env', 0, 'valueFrom', 'configMapKeyRef'];
    assert.deepEqual(difference(POD, change(POD, { kind: 'name', path, name: 'secretKeyRef' })), [
      '-          configMapKeyRef: {name: settings, key: a}  # why',
      '+          secretKeyRef: {name: settings, key: a}  # why',
    ]);
  });

  it('adds to a list, behind the comment of its last item', () =>
    assert.deepEqual(
      difference(POD, change(POD, { kind: 'append', path: ['spec', 'volumes'], values: [{ name: 'a', csi: {} }] })),
      ['+    - name: a', '+      csi: {}'],
    ));

  it('makes the list that is missing, at once with another change', () =>
    assert.deepEqual(
      difference(
        POD,
        change(
          POD,
          { kind: 'append', path: ['spec', 'containers', 0, 'volumeMounts'], values: [{ name: 'a' }] },
          { kind: 'append', path: ['spec', 'containers', 0, 'volumeMounts'], values: [{ name: 'b' }] },
          { kind: 'scalar', path: ['spec', 'containers', 0, 'name'], value: 'yes' },
        ),
      ),
      [
        '-  - name: app',
        '-    env:',
        '-      - name: A',
        '-        valueFrom:',
        '-          configMapKeyRef: {name: settings, key: a}  # why',
        '-    args: [ "-x",  1 ]',
        '+  - name: "yes"',
        '+    env:',
        '+      - name: A',
        '+        valueFrom:',
        '+          configMapKeyRef: {name: settings, key: a}  # why',
        '+    args: [ "-x",  1 ]',
        '+    volumeMounts:',
        '+      - name: a',
        '+      - name: b',
      ],
    ));

  it('adds to an inner list and to an outer one that end together', () => {
    const text = 'spec:\n  containers:\n    - name: a\n      env: []\n';
    const after = change(
      text,
      { kind: 'append', path: ['spec', 'volumes'], values: ['v'] },
      { kind: 'append', path: ['spec', 'containers', 0, 'volumeMounts'], values: ['m'] },
    );
    assert.equal(after, `${text}      volumeMounts:\n        - m\n  volumes:\n    - v\n`);
  });

  it('writes into brackets and JSON as they are written', () => {
    const json = `{\n  "spec": {"volumes": [ {"name": "a"} ], "containers": [{"name": "c"}]\n  }\n}\n`;
    const after = change(
      json,
      { kind: 'append', path: ['spec', 'volumes'], values: [{ name: 'b' }] },
      { kind: 'append', path: ['spec', 'containers', 0, 'volumeMounts'], values: [{ name: 'b' }] },
    );
    assert.deepEqual(JSON.parse(after ?? '').spec, {
      volumes: [{ name: 'a' }, { name: 'b' }],
      containers: [{ name: 'c', volumeMounts: [{ name: 'b' }] }],
    });
    assert.ok(after?.startsWith('{\n  "spec": {"volumes": [ {"name": "a"}, {"name":"b"} ]'));
  });

  it('replaces a whole document between its comments, and an item by several', () => {
    const text = '--- # one\n# head\na: 1\nb: [2]\n\n# tail\n';
    assert.equal(
      change(text, { kind: 'replace', path: [], values: [{ c: { d: 'x\ny\n' } }] }),
      '--- # one\n# head\nc:\n  d: |\n    x\n    y\n\n# tail\n',
    );
    const list = 'items:\n- a: 1\n- b: 2 # two\n- c: 3\n';
    const values = [{ x: 1, y: 2 }, { z: [1] }];
    assert.equal(
      change(list, { kind: 'replace', path: ['items', 1], values }),
      'items:\n- a: 1\n- x: 1\n  "y": 2\n- z:\n    - 1 # two\n- c: 3\n',
    );
  });

  describe('that removes fields', () => {
    const remove = (text: string, path: Change['path'], ...names: string[]) =>
      change(text, { kind: 'remove', path, names });

    it('takes whole lines of a block, with what stands behind them, and leaves comments between', () => {
      const text =
        'a:\n  # of x\n  x: 1 # gone\n  y: |-\n    one\n\n    two\n  # of z\n  z: [1] # stays\n  w: {a: 1,\n    b: 2}\nb: 1\n';
      assert.equal(remove(text, ['a'], 'x', 'y', 'w'), 'a:\n  # of x\n  # of z\n  z: [1] # stays\nb: 1\n');
      assert.equal(remove('a: 1\nb:\n  c: 1', [], 'b'), 'a: 1\n');
    });

    it('takes what separates it from others between brackets', () => {
      const text = 'm: { a: 1, "b": [2], c: 3 , d: 4 }\n';
      assert.equal(remove(text, ['m'], 'a'), 'm: { "b": [2], c: 3 , d: 4 }\n');
      assert.equal(remove(text, ['m'], 'b', 'c', 'd'), 'm: { a: 1 }\n');
      assert.equal(remove(text, ['m'], 'a', 'c', 'd'), 'm: { "b": [2] }\n');
      assert.equal(remove('{\n  "a": 1,\n  "b": 2\n}\n', [], 'a'), '{\n  "b": 2\n}\n');
    });

    it('moves the next field up behind the dash of an item', () =>
      assert.equal(remove('- a: 1\n  b: 2\n', [0], 'a'), '- b: 2\n'));

    it('is refused if nothing would be left, and if a merge key brings it', () => {
      assert.equal(remove('a: {b: 1}\n', ['a'], 'b'), undefined);
      assert.equal(remove('x: &x {b: 1}\na:\n  <<: *x\n  c: 1\n', ['a'], 'b'), undefined);
    });

    it('is refused if it takes away an anchor that is used below', () =>
      assert.equal(remove('a:\n  x: &x 1\n  y: 2\nb: *x\n', ['a'], 'x'), undefined));
  });

  it('writes a text of several lines as a block that ends as the text does', () => {
    const put = (value: string) => change('a: 1\n', { kind: 'field', path: ['a'], name: 'b', value });
    assert.equal(put('x\n  y\n'), 'b: |\n  x\n    y\n');
    assert.equal(put('x\n\ny'), 'b: |-\n  x\n\n  y\n');
    for (const odd of ['\n  x\n', ' x\ny', 'x\n\n', 'x\ty\n', 'x\n y \n', 'x'])
      assert.equal(put(odd)?.includes('|'), false, JSON.stringify(odd));
  });

  it('keeps line ends of Windows, a byte order mark and a missing last line end', () => {
    const windows = POD.replaceAll('\n', '\r\n');
    const added = change(windows, { kind: 'append', path: ['spec', 'volumes'], values: [{ name: 'a', b: 'c' }] });
    assert.equal(added, `${windows}    - name: a\r\n      b: c\r\n`);
    assert.equal(change('\u{feff}a: b', { kind: 'scalar', path: ['a'], value: 'c' }), '\u{feff}a: c');
    assert.equal(change('a:\n  - b', { kind: 'append', path: ['a'], values: ['c'] }), 'a:\n  - b\n  - c');
    assert.equal(change('a: []\nb:\n', { kind: 'append', path: ['b'], values: ['c'] }), 'a: []\nb:\n  - c\n');
  });

  for (const [name, text, path] of [
    ['behind an alias', 'x: &x {a: 1}\ny: *x\n', ['y', 'a']],
    ['of an anchor that others repeat', 'x: &x {a: 1}\ny: *x\n', ['x', 'a']],
    ['out of a merge key', 'x: &x {a: 1}\ny: {<<: *x, b: 2}\n', ['y', 'a']],
    ['that is not there', 'a: 1\n', ['b', 'c']],
  ] as const)
    it(`is refused ${name}`, () => assert.equal(change(text, { kind: 'scalar', path, value: 'z' }), undefined));

  it('is refused if it takes away an anchor that is used below', () => {
    const text = 'a:\n  x: &x 1\nb: *x\n';
    assert.equal(change(text, { kind: 'field', path: ['a'], name: 'c', value: 1 }), undefined);
  });

  it('is refused if the text would mean something else: the blank lines of a block that keeps them', () => {
    const text = 'a:\n  - |+\n    x\n\n\nb: 1\n';
    assert.equal(change(text, { kind: 'append', path: ['a'], values: ['c'] }), undefined);
  });

  it('passes over an anchor that nobody repeats, and over two changes of one place', () => {
    assert.equal(change('a: &x {b: 1}\n', { kind: 'scalar', path: ['a', 'b'], value: 'c' }), 'a: &x {b: c}\n');
    const whole: Change = { kind: 'field', path: ['a'], name: 'z', value: 1 };
    assert.equal(change('a: {b: 1}\n', whole, { kind: 'scalar', path: ['a', 'b'], value: 'c' }), undefined);
  });
});
