// `node test/template/language/record.ts` asks the installed Go anew and writes down its answers;
// `node test/template/language/record.ts compare 20000 7` compares that many templates by chance, from that seed.
import { askGo, buildLanguageOracle, goVersion } from '../oracle/language.ts';
import { randomCases } from './generate.ts';
import { HAND_MADE } from './hand-made.ts';
import { askOurs } from './ours.ts';
import { lineOf, withoutWords, writeRecording } from './recorded.ts';

export const RECORDED_SEED = 18;
export const RECORDED_COUNT = 2_000;

const [word, count = '20000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
if (import.meta.main) {
  const program = await buildLanguageOracle(console.log);
  if (word === 'compare') await compare(program, Number(count), Number(seed));
  else await record(program);
}

async function record(program: string): Promise<void> {
  const go = await goVersion();
  const handMade = (await askGo(program, HAND_MADE)).map(lineOf);
  writeRecording('hand-made', { go, seed: 0, answers: handMade });
  const random = (await askGo(program, randomCases(RECORDED_SEED, RECORDED_COUNT))).map(lineOf).map(withoutWords);
  writeRecording('random', { go, seed: RECORDED_SEED, answers: random });
}

async function compare(program: string, total: number, first: number): Promise<void> {
  const cases = randomCases(first, total);
  const answers = await askGo(program, cases);
  let failed = 0;
  for (const [at, one] of cases.entries()) {
    const theirs = withoutWords(lineOf(answers[at] ?? {}));
    const ours = withoutWords(lineOf(await askOurs(one)));
    if (theirs === ours) continue;
    failed += 1;
    console.error(`${JSON.stringify(one)}\n  Go   ${JSON.stringify(answers[at])}\n  ours ${ours}`);
  }
  console.log(`seed ${first}: ${total} templates, ${total - failed} agree with ${await goVersion()}`);
  if (failed > 0) process.exitCode = 1;
}
