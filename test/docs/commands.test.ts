// Each command of the documentation is run, here or by what COMMANDS names. The mark above a block of `sh` says which:
// `run` or `run: exit N`, with all that it prints in an `output` block after it where there is one; or `command: NAME`.
import assert from 'node:assert/strict';
import { type Block, blocksOf, PAGES, readPage } from './page.ts';
import { Reader } from './reader.ts';

/** Who runs a marked command, or why nobody does. */
const COMMANDS: Readonly<Record<string, string>> = {
  test: '.ci/run, which takes it out of the README',
  demo: '.ci/run, which takes it out of the README',
  store:
    'the reader: for the commands of its page, on a free port and with another token; test/demo has the command itself',
  'set up': 'CI, as parts of the tests',
  pack: 'test/package/nodes.test.ts, in a folder of its own',
  start: 'nobody as it stands: its sockets are below /var/run and its store is an example; test/cli has it with others',
  'mount by hand': 'nobody as it stands: its store is an example; test/cli/mount.test.ts has it with others',
  status: 'nobody as it stands: it needs a cluster; test/socket/status.test.ts has the command beside a daemon',
  sealed: 'nobody as it stands: its key is an example; test/migrate/sealed-secrets.test.ts has it with others',
  cluster: 'test/cluster/steps/14-install.ts, on the node of the cluster suite',
  switch: 'test/cluster/steps/16-switch.ts, beside stand-ins for the other providers',
  recipe: 'test/docs/cookbook.test.ts, with a store and a database of its own',
  bench: 'nobody: it takes minutes and a quiet machine',
  soak: 'nobody: as the bench',
  fleet: 'nobody: it computes for minutes; test/bench/fleet.test.ts has its rules',
};
const RUN = /^run(?:: exit (\d+))?$/;

describe('the commands of the documentation', () => {
  for (const page of PAGES) {
    const blocks = blocksOf(page);
    const commands = blocks.filter(({ language }) => language === 'sh');
    if (commands.length === 0) continue;

    describe(page, () => {
      let reader: Reader;
      before(async () => {
        reader = await Reader.start({ hasStore: commands.some(({ mark }) => mark === 'command: store') });
      });
      after(() => reader.stop());

      for (const command of commands) {
        it(`line ${command.line}: ${command.mark ?? 'no mark'}`, () => {
          const run = RUN.exec(command.mark ?? '');
          if (run !== null) return assertRuns(reader, command, Number(run[1] ?? 0), outputOf(command, blocks));
          const name = /^command: (.+)$/.exec(command.mark ?? '')?.[1] ?? '';
          assert.ok(Object.hasOwn(COMMANDS, name), `a mark above it says who runs it:\n${command.text}`);
        });
      }
    });
  }

  it('that .ci/run takes out of the README stand on one line each', () => {
    for (const name of ['test', 'demo']) {
      const command = blocksOf('README.md').find(({ mark }) => mark === `command: ${name}`);
      assert.match(command?.text ?? '', /^npm ci && npm .+\n$/, name);
    }
  });

  it('are those that COMMANDS names', () => {
    const marks = PAGES.flatMap((page) => blocksOf(page).map(({ mark }) => mark));
    for (const name of Object.keys(COMMANDS)) assert.ok(marks.includes(`command: ${name}`), name);
  });

  it('are given files that hold what the page shows of them: `file: PATH`', () => {
    for (const { mark = '', text } of PAGES.flatMap(blocksOf)) {
      const path = /^file: (.+)$/.exec(mark)?.[1];
      if (path !== undefined) assert.ok(readPage(path).includes(text), `${path} holds\n${text}`);
    }
  });
});

/** What the next block says that it prints; undefined if that is no output. */
function outputOf(command: Block, blocks: readonly Block[]): string | undefined {
  const next = blocks.find(({ line }) => line > command.line);
  return next?.mark === 'output' ? next.text : undefined;
}

function assertRuns(reader: Reader, { text }: Block, expected: number, printed: string | undefined): void {
  const { exitCode, output } = reader.run(text);
  assert.equal(exitCode, expected, output);
  if (printed !== undefined) assert.equal(output, printed);
}
