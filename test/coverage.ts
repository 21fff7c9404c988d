// `npm run coverage`: all tests under c8, and what they reach of each room as a table in docs/coverage.md. The daemon
// runs from its source then, so that what it does in a process of its own counts.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

interface Share {
  readonly total: number;
  readonly covered: number;
}

interface Figures {
  readonly lines: Share;
  readonly branches: Share;
  readonly functions: Share;
}

type Metric = keyof Figures;

const ROOT = resolve(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/coverage.md');
const REPORT = join(ROOT, 'dist/coverage');
const METRICS: readonly Metric[] = ['lines', 'branches', 'functions'];
const BEGIN = '<!-- figures: npm run coverage -->\n';
const END = '<!-- end of figures -->\n';

/** Rooms in the order of their names, files of the root together. */
function formatTable(files: ReadonlyMap<string, Figures>): string {
  const rooms = Map.groupBy(files.keys(), (file) =>
    file.includes('/') ? (file.split('/')[0] ?? '') : 'files of src/',
  );
  const row = (name: string, members: readonly string[]) =>
    `| ${name} | ${METRICS.map((metric) => percent(members.map((file) => files.get(file)?.[metric]))).join(' | ')} |\n`;
  const rows = [...rooms].sort(([a], [b]) => a.localeCompare(b)).map(([room, members]) => row(room, members));
  return `| room | lines | branches | functions |\n| --- | --- | --- | --- |\n${rows.join('')}${row('all', [...files.keys()])}`;
}

function percent(shares: readonly (Share | undefined)[]): string {
  const total = shares.reduce((sum, share) => sum + (share?.total ?? 0), 0);
  const covered = shares.reduce((sum, share) => sum + (share?.covered ?? 0), 0);
  return total === 0 ? '-' : `${((100 * covered) / total).toFixed(1)} %`;
}

function readReport(): ReadonlyMap<string, Figures> {
  const report = JSON.parse(readFileSync(join(REPORT, 'coverage-summary.json'), 'utf8')) as Record<string, Figures>;
  const files = Object.entries(report).filter(([path]) => path !== 'total');
  return new Map(files.map(([path, figures]) => [relative(join(ROOT, 'src'), path), figures]));
}

rmSync(REPORT, { recursive: true, force: true });
const reporters = ['json-summary', 'lcovonly'].map((name) => `--reporter=${name}`);
const args = ['--all', '--src=src', '--include=src/**', '--exclude=src/server/wire/**', `--report-dir=${REPORT}`];
const command = ['mocha', '--reporter=dot', ...process.argv.slice(2)];
const { status } = spawnSync('c8', [...args, ...reporters, ...command], { cwd: ROOT, stdio: 'inherit' });
if (status !== 0) {
  console.error('a test failed; docs/coverage.md stays as it was');
  process.exit(1);
}
const [before = '', rest = ''] = readFileSync(PAGE, 'utf8').split(BEGIN);
const table = formatTable(readReport());
writeFileSync(PAGE, `${before}${BEGIN}\n${table}\n${END}${rest.split(END)[1] ?? ''}`);
console.log(`${table}\nwritten to docs/coverage.md; by line in dist/coverage/lcov.info`);
