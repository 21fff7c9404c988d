// What `npm pack` ships, used as its users do: the program, the library with its types, the schemas.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { blocksOf } from '../docs/page.ts';

const root = resolve(import.meta.dirname, '../..');

describe('the package', () => {
  let folder = '';
  const inFolder = (command: string, ...args: readonly string[]) =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8' });

  before('pack and unpack', () => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-package-'));
    // The build before the tests made the rest; scripts stay off so that dist/ is not made anew beneath other tests.
    execFileSync('tsc', ['-p', 'deploy/bundle/types.json'], { cwd: root });
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root });
    const [tarball = ''] = readdirSync(folder);
    mkdirSync(join(folder, 'node_modules/secretmount'), { recursive: true });
    inFolder('tar', '-xzf', tarball, '-C', 'node_modules/secretmount', '--strip-components=1');
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds the program in pieces, the library, its types and the schemas, and nothing of src or test', () => {
    const files = readdirSync(join(folder, 'node_modules/secretmount'), { recursive: true, encoding: 'utf8' });
    const names = files.filter((name) => /\.\w+$/.test(name)).map((name) => name.replace(/-[A-Z0-9]{8}\./, '-*.'));
    assert.deepEqual([...new Set(names)].sort(), [
      'CHANGELOG.md',
      'README.md',
      'dist/NOTICES.txt',
      'dist/agent-*.js',
      'dist/check-command-*.js',
      'dist/check.js',
      'dist/chunk-*.js',
      'dist/class.schema.json',
      'dist/completion-command-*.js',
      'dist/expression-*.js',
      'dist/format-*.js',
      'dist/migrate-command-*.js',
      'dist/mount-command-*.js',
      'dist/objects.schema.json',
      'dist/parameters.schema.json',
      'dist/pkcs12-*.js',
      'dist/re2-*.js',
      'dist/secretmount.js',
      'dist/sprig-*.js',
      'dist/start.js',
      'dist/status-command-*.js',
      'dist/template-*.js',
      'dist/template-command-*.js',
      'dist/template-files-*.js',
      'dist/types/check/check.d.ts',
      'dist/types/manifest/finding.d.ts',
      'dist/types/manifest/rules.d.ts',
      'package.json',
    ]);
  });

  it('calls nothing that Node 22 does not have', () => {
    const newer =
      /RegExp\.escape|Promise\.try|Error\.isError|Math\.(sumPrecise|f16round)|Float16Array|\.(getOrInsert(Computed)?|toBase64|setFromBase64|toHex)\(|Uint8Array\.from(Base64|Hex)|Iterator\.(concat|zip)|Temporal\./;
    const folder = join(root, 'dist');
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.js')))
      assert.equal(newer.exec(readFileSync(join(folder, name), 'utf8'))?.[0], undefined, name);
  });

  it('gives the library to a program as docs/check.md writes it', () => {
    const example = blocksOf('docs/check.md').find(({ language }) => language === 'js')?.text ?? '';
    const text = JSON.stringify('apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n');
    const output = inFolder('node', '--input-type=module', '-e', `const text = ${text};\n${example}`);
    const [name, spec] = [
      'metadata.name is missing; write the name',
      'spec is missing; write provider and parameters below it',
    ];
    assert.equal(output, `1:1 ${name}\n1:1 ${spec}\n`);
  });

  it('gives the schemas to a program', () => {
    const program = `import objects from 'secretmount/objects.schema.json' with { type: 'json' };
      import whole from 'secretmount/class.schema.json' with { type: 'json' };
      import parameters from 'secretmount/parameters.schema.json' with { type: 'json' };
      console.log(objects.type, parameters.type, whole.title);`;
    assert.equal(inFolder('node', '--input-type=module', '-e', program), 'array object SecretProviderClass\n');
  });

  it('gives types to whoever compiles against it', () => {
    const program = `import { checkManifests, type Finding, RULES } from 'secretmount';
      const { findings } = checkManifests([{ name: 'a.yaml', text: '' }]);
      export const rules: string[] = findings.map((one: Finding) => RULES[one.rule].help);
      // @ts-expect-error a source has a name
      checkManifests([{ text: '' }]);`;
    writeFileSync(join(folder, 'program.ts'), program);
    inFolder('tsc', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', 'program.ts');
  });

  it('starts as the program that package.json names', () => {
    symlinkSync(join(root, 'node_modules/.bin/node'), join(folder, 'node'));
    const output = execFileSync(join(folder, 'node_modules/secretmount/dist/start.js'), ['--version'], {
      env: { PATH: `${folder}:${process.env['PATH']}` },
      encoding: 'utf8',
    });
    assert.match(output, /^secretmount \d+\.\d+\.\d+ /);
  });
});
