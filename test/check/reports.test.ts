// The reports that CI servers read: GitLab's code quality and JUnit, as their readers take them.
import assert from 'node:assert/strict';
import { RULES } from '../../src/check/check.ts';
import { classOf, Folder, runCheck } from './run-check.ts';
import { type Element, parseXml } from './xml.ts';

const GOOD = classOf('good', ['secret/data/a']);
const WARNED = classOf('warned', ['secret/data/a'], 'vaultAdress: http://bao:8200');
const BAD = classOf('bad', ['secret/data/a'], 'vaultAddress: bao');
const HOSTILE = classOf('bad', ['secret/data/a'], '"]]><x><&\\"\'\\uffff\\ufffe\\e[31m": x');

describe('check --output', () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
  });

  afterEach(() => folder.remove());

  const check = async (output: string, files: readonly string[], ...flags: readonly string[]) => {
    const ran = await runCheck([`--output=${output}`, ...flags, ...files]);
    assert.equal(ran.err, '');
    return { ...ran, out: ran.out.replaceAll(`${folder.path}/`, '') };
  };

  describe('gitlab', () => {
    interface Issue {
      readonly description: string;
      readonly check_name: string;
      readonly fingerprint: string;
      readonly severity: string;
      readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
    }

    /** What GitLab requires of each. */
    const issuesOf = async (text: string, name = 'a b.yaml'): Promise<readonly Issue[]> => {
      const issues: readonly Issue[] = JSON.parse((await check('gitlab', [folder.write(name, text)])).out);
      for (const { description, check_name, fingerprint, severity, location } of issues) {
        assert.ok(description.length > 0);
        assert.ok(check_name in RULES);
        assert.match(fingerprint, /^[0-9a-f]{64}$/);
        assert.match(severity, /^(info|minor|major|critical|blocker)$/);
        assert.equal(location.path, name);
        assert.ok(Number.isInteger(location.lines.begin) && location.lines.begin > 0);
      }
      const prints = issues.map(({ fingerprint }) => fingerprint);
      assert.equal(new Set(prints).size, prints.length, 'two of one fingerprint are one to GitLab');
      return issues;
    };

    it('has each finding at its line, and an empty list for none', async () => {
      const issues = await issuesOf(`${BAD}---\n${WARNED}`);
      assert.deepEqual(
        issues.map(({ check_name, severity, location }) => [check_name, severity, location.lines.begin]),
        [
          ['parameter', 'critical', 8],
          ['unknown-parameter', 'minor', 19],
        ],
      );
      assert.deepEqual(await issuesOf(GOOD), []);
      assert.equal((await check('gitlab', [folder.write('bad.yaml', BAD)])).code, 1);
    });

    it('keeps a fingerprint when lines move, and has another for another finding', async () => {
      const prints = async (text: string) => (await issuesOf(text)).map(({ fingerprint }) => fingerprint);
      const twice = `${BAD}---\n${BAD}`;
      const before = await prints(twice);
      assert.equal(before.length, 3);
      assert.deepEqual(await prints(`# one\n# two\n---\n${twice}`), before);
      assert.deepEqual(await prints(`${twice}---\n${WARNED}`), [...before, ...(await prints(WARNED))]);
      assert.deepEqual(await prints(BAD), before.slice(0, 1));
    });

    it('stays JSON whatever stands in a class', async () => {
      const [issue] = await issuesOf(HOSTILE);
      assert.match(issue?.description ?? '', /unknown parameter "\]\]><x>/);
    });
  });

  describe('junit', () => {
    const suitesOf = async (files: readonly string[], ...flags: readonly string[]): Promise<readonly Element[]> => {
      const root = parseXml((await check('junit', files, ...flags)).out);
      assert.equal(root.name, 'testsuites');
      assertCounts(
        root,
        root.children.flatMap(({ children }) => children),
      );
      for (const suite of root.children) {
        assert.equal(suite.name, 'testsuite');
        assertCounts(suite, suite.children);
        assert.ok(suite.children.length > 0, 'a suite without a test is shown nowhere');
        for (const { name, attributes } of suite.children) {
          assert.equal(name, 'testcase');
          assert.ok(attributes['name']);
          assert.equal(attributes['classname'], suite.attributes['name']);
        }
      }
      return root.children;
    };

    const assertCounts = ({ attributes }: Element, tests: readonly Element[]) => {
      const failed = tests.filter(({ children }) => children.some(({ name }) => name === 'failure'));
      assert.deepEqual(
        [attributes['tests'], attributes['failures'], attributes['errors']],
        [`${tests.length}`, `${failed.length}`, '0'],
      );
    };

    it('has a suite for each file, a failure for each error, and a test that passed for the rest', async () => {
      const files = [
        folder.write('a.yaml', `${BAD}---\n${WARNED}`),
        folder.write('b.yaml', GOOD),
        folder.write('c.yaml', WARNED),
      ];
      const shape = (suites: readonly Element[]) =>
        suites.map(({ attributes, children }) => [
          attributes['name'],
          ...children.map((test) => test.children.map(({ name }) => name).join()),
        ]);
      assert.deepEqual(shape(await suitesOf(files)), [
        ['a.yaml', 'failure', 'system-out'],
        ['b.yaml', ''],
        ['c.yaml', 'system-out'],
      ]);
      const strict = await suitesOf(files, '--strict');
      assert.deepEqual(shape(strict), [
        ['a.yaml', 'failure', 'failure'],
        ['b.yaml', ''],
        ['c.yaml', 'failure'],
      ]);
      const [failure] = strict[0]?.children[0]?.children ?? [];
      assert.equal(failure?.attributes['type'], 'parameter');
      assert.match(failure?.attributes['message'] ?? '', /^parameter vaultAddress: not an address/);
      assert.match(failure?.text ?? '', /^a\.yaml:8:5: error: parameter vaultAddress: .*, in SecretProviderClass bad$/);
    });

    it('stays XML whatever stands in a class or a file name', async () => {
      const [suite] = await suitesOf([folder.write(`<&"'>\uffff.yaml`, HOSTILE)]);
      assert.equal(suite?.attributes['name'], `<&"'>\\uffff.yaml`);
      const [test] = suite?.children ?? [];
      assert.match(test?.children[0]?.text ?? '', /unknown parameter "\]\]><x><&\\"'\\uffff\\ufffe\\u001b\[31m"/);
    });
  });
});
