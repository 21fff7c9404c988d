// `npm run watch`: while one works, the tests of the room that changed run again. Those that need the bundle need
// `npm run build` as well.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '..');
/** An editor writes a file in several steps. */
const QUIET_MS = 100;

/** Files of tests for a changed file: a test itself, else those of its room, which has the same name in src/ and test/. */
export function testsOf(changed: string): readonly string[] {
  if (!changed.endsWith('.ts')) return [];
  if (changed.endsWith('.test.ts')) return existsSync(join(ROOT, changed)) ? [changed] : [];
  const [, room = ''] = changed.split('/');
  const alone = `test/${room.replace(/\.ts$/, '.test.ts')}`;
  if (room.endsWith('.ts')) return existsSync(join(ROOT, alone)) ? [alone] : [];
  if (!existsSync(join(ROOT, 'test', room))) return [];
  const names = readdirSync(join(ROOT, 'test', room), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.test.ts')).map((name) => `test/${room}/${name}`);
}

class Runner {
  readonly #changed = new Set<string>();
  #mocha: ChildProcess | undefined;

  async hear(changed: string): Promise<void> {
    this.#changed.add(changed);
    const count = this.#changed.size;
    await sleep(QUIET_MS);
    if (this.#changed.size === count) this.#run();
  }

  #run(): void {
    const changed = [...this.#changed];
    if (changed.length === 0) return;
    this.#changed.clear();
    const tests = [...new Set(changed.flatMap(testsOf))];
    const what =
      tests.length === 0 ? 'no tests of its own; npm run test:unit has all rooms' : `tests: ${tests.join(' ')}`;
    console.log(`\n${changed.join(', ')}: ${what}`);
    if (tests.length === 0) return;
    this.#mocha?.kill();
    this.#mocha = spawn('mocha', ['--reporter=dot', ...tests], { cwd: ROOT, stdio: 'inherit' });
  }
}

if (import.meta.main) {
  const runner = new Runner();
  for (const folder of ['src', 'test']) {
    watch(join(ROOT, folder), { recursive: true }, (_, name) => {
      if (name?.endsWith('.ts')) void runner.hear(`${folder}/${name}`);
    });
  }
  console.log('waiting for changes in src/ and test/');
}
