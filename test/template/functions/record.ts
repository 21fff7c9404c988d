// `node test/template/functions/record.ts` asks the oracles anew and writes down their answers; needs Go and its modules.
// `node test/template/functions/record.ts compare 20000 7` compares that many templates by chance of each dialect.
import { askOracle, buildOracle, ORACLES, type Oracle, versionOf } from '../oracle/build.ts';
import { DIALECTS, type Dialect, handMade, randomTemplates, shapes, wrongArguments } from './cases.ts';
import { AGENT_ANSWERS, askOurs, SPRIG_DATA } from './ours.ts';
import { type Answer, lineOf, withoutWords, writeRecorded } from './recorded.ts';

export const RECORDED_SEED = 18;
export const RECORDED_COUNT = 1_500;

const ORACLE_OF: Readonly<Record<Dialect, Oracle>> = { agent: 'agent', sprig: 'eso' };
const MANY = 2_000;

const [word, count = '20000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
if (import.meta.main) {
  if (word !== 'compare') await recordNames();
  for (const dialect of DIALECTS) {
    if (word === 'compare') await compare(dialect, Number(count), Number(seed));
    else await record(dialect);
  }
}

async function recordNames(): Promise<void> {
  for (const oracle of Object.keys(ORACLES) as Oracle[]) {
    const program = await buildOracle(oracle, console.log);
    writeRecorded(`names-${oracle}`, await askOracle(program, ['names']));
  }
}

async function record(dialect: Dialect): Promise<void> {
  const version = await versionOf(ORACLE_OF[dialect]);
  const lines = async (templates: Iterable<string>) => (await ask(dialect, [...templates])).map(lineOf);
  const write = (name: string, answers: readonly string[], own = 0) =>
    writeRecorded(`${dialect}-${name}`, { version, seed: own, answers });
  write('hand-made', await lines([...handMade(dialect).values()].flat()));
  write('shapes', await lines([...shapes(dialect).values()].flat()));
  write('wrong', await lines(wrongArguments(dialect)));
  const random = await lines(randomTemplates(dialect, RECORDED_SEED, RECORDED_COUNT));
  write('random', random.map(withoutWords), RECORDED_SEED);
}

async function compare(dialect: Dialect, total: number, first: number): Promise<void> {
  let failed = 0;
  for (let from = 0; from < total; from += MANY) {
    const templates = randomTemplates(dialect, first + from, Math.min(MANY, total - from));
    const answers = await ask(dialect, templates);
    for (const [at, template] of templates.entries()) {
      const ours = lineOf(await askOurs(dialect, template));
      if (withoutWords(lineOf(answers[at] ?? {})) === withoutWords(ours)) continue;
      failed += 1;
      console.error(`${template}\n  Go   ${JSON.stringify(answers[at])}\n  ours ${ours}`);
    }
  }
  console.log(`${dialect}, seed ${first}: ${total} templates, ${total - failed} agree`);
  if (failed > 0) process.exitCode = 1;
}

async function ask(dialect: Dialect, templates: readonly string[]): Promise<readonly Answer[]> {
  const program = await buildOracle(ORACLE_OF[dialect], console.log);
  const [key, data] = dialect === 'agent' ? ['answers', AGENT_ANSWERS] : ['data', SPRIG_DATA];
  // Numbers are passed on as they are written.
  const cases = templates.map((template) => `{"template":${JSON.stringify(template)},"${key}":${data}}`);
  const answers = await askOracle<(Omit<Answer, 'missing'> & { missing?: string[] })[]>(program, [], cases);
  return answers.map(({ missing = [], ...answer }) => ({
    ...answer,
    ...(missing.length > 0 && { missing: missing.length }),
  }));
}
