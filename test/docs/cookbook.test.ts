// docs/cookbook.md, recipe by recipe: its commands as they stand there, on a real OpenBao with a real PostgreSQL; then its
// class mounted by the account that it is for, and refused to another one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { createTokenMint } from '../harness/jwt.ts';
import { type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { findOpenBao } from '../harness/openbao-binary.ts';
import { type Postgres, startPostgres } from '../harness/postgres.ts';
import { PROGRAM } from '../harness/program.ts';
import { type Block, blocksOf } from './page.ts';

const PAGE = 'docs/cookbook.md';
const OWN = { namespace: 'shop', account: 'app' };
const OTHER = { namespace: 'shop', account: 'other' };
const CIPHERTEXT = 'vault:v1:CIPHERTEXT';

describe(PAGE, () => {
  const blocks = blocksOf(PAGE);
  const recipes = blocks.filter(({ mark }) => mark === 'command: recipe');
  const clusterMint = createTokenMint();
  let folder = '';
  let bao: OpenBao;
  let postgres: Postgres;
  let kubernetes: LoginMethod;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cookbook-'));
    symlinkSync(await findOpenBao(), join(folder, 'bao'));
    writeFileSync(join(folder, 'cluster.pub'), clusterMint.publicKeyPem);
    [bao, postgres] = await Promise.all([startOpenBao(), startPostgres()]);
    kubernetes = await bao.enableKubernetes();
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([bao?.stop(), postgres?.stop()]);
  });

  it('has a recipe for each engine and way in', () => assert.equal(recipes.length, 7));

  for (const recipe of recipes) {
    const shown = classAfter(recipe, blocks);
    const { metadata, spec } = parse(shown);
    it(metadata.name, async () => {
      const printed = await follow(recipe.text);
      const text = shown.replace(
        CIPHERTEXT,
        printed.split('\n').findLast((line) => line.startsWith('vault:v1:')) ?? '',
      );
      const mint = spec.parameters.vaultAuthMountPath === undefined ? kubernetes : clusterMint;
      const files = parse(spec.parameters.objects).map(({ objectName }: { objectName: string }) => objectName);
      const own = await mount(text, mint.mintJwt(OWN));
      assert.deepEqual([own.status, own.files.toSorted()], [0, files.toSorted()], own.said);
      const other = await mount(text, mint.mintJwt(OTHER));
      assert.equal(other.status, 1, other.said);
      assert.match(other.said, /\[(login-refused|read-forbidden)\]/);
      if (metadata.name === 'shop-database')
        await postgres.query('SELECT 1', { user: own.user, password: own.password });
      else if (files.includes('password')) assert.equal(own.password, 'made-up');
    });
  }

  /** What its commands print. */
  async function follow(commands: string): Promise<string> {
    const ours = commands
      .replace('db.example.com:5432', `127.0.0.1:${postgres.port}`)
      .replace('sslmode=verify-full', 'sslmode=disable')
      .replace('username=postgres password=made-up', `username=postgres password=${postgres.admin.password}`);
    const env = {
      PATH: [folder, '/usr/bin', '/bin'].join(delimiter),
      HOME: folder,
      BAO_ADDR: bao.address,
      BAO_TOKEN: bao.rootToken,
      VAULT_ADDR: bao.address,
      VAULT_TOKEN: bao.rootToken,
    };
    const { status, said } = await run('sh', ['-euc', `exec 2>&1\n${ours}`], folder, env);
    assert.equal(status, 0, said);
    return said;
  }

  async function mount(text: string, token: string) {
    const out = mkdtempSync('/dev/shm/cookbook-');
    try {
      writeFileSync(join(folder, 'class.yaml'), text);
      writeFileSync(join(folder, 'token'), token);
      const args = [PROGRAM, 'mount', 'class.yaml', '--jwt-file=token', `--vault-addr=${bao.address}`, `--out=${out}`];
      const { status, said } = await run(process.execPath, args, folder, { PATH: process.env['PATH'] });
      const files = readdirSync(out).filter(
        (name) => !name.startsWith('.') && readFileSync(join(out, name)).length > 0,
      );
      const [user = '', password = ''] = ['user', 'password'].map((name) =>
        files.includes(name) ? readFileSync(join(out, name), 'utf8') : '',
      );
      return { status, said, files, user, password };
    } finally {
      rmSync(out, { recursive: true });
    }
  }
});

/** Beside this process, in which the store's TokenReview is answered. */
async function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      said += part;
    });
  const [status] = await once(child, 'close');
  return { status, said };
}

function classAfter(recipe: Block, blocks: readonly Block[]): string {
  const shown = blocks.find(({ line, language }) => line > recipe.line && language === 'yaml');
  if (shown === undefined) throw new Error(`${PAGE}:${recipe.line} has no class after it`);
  return shown.text;
}
