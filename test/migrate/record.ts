// `node test/migrate/record.ts`: what argocd-vault-plugin itself makes of the cases and of the random inputs, on a real store. Kept
// as data, so that nobody else needs to build it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AVP_VERSION, fetchAvp, findAvp } from '../harness/avp-binary.ts';
import { type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { digestOf } from './digest.ts';
import { CASES, EXAMPLE, RECORDED, type Recorded, randomTexts, SEED, sourceOf } from './recorded.ts';
import { fillStore } from './store.ts';
import { seeOriginal } from './world.ts';

await fetchAvp((line) => console.log(line));
const avp = (await findAvp()) ?? '';
const bao = await startOpenBao();
const folder = mkdtempSync(join(tmpdir(), 'record-avp-'));
try {
  await fillStore(bao);
  const cases = Object.fromEntries([...CASES, EXAMPLE].map((name) => [name, generate(sourceOf(name), bao)]));
  const texts = randomTexts();
  const seen = await seeOriginal(generate(texts.join('---\n'), bao));
  const digests = Object.entries(seen).map(([container, one]) => [container, digestOf(one)] as const);
  const recorded: Recorded = { version: AVP_VERSION, seed: SEED, cases, digests: Object.fromEntries(digests) };
  writeFileSync(RECORDED, `${JSON.stringify(recorded, undefined, 1)}\n`);
  console.log(`${CASES.length} cases and ${digests.length} random inputs of seed ${SEED}`);
} finally {
  await bao.stop();
  rmSync(folder, { recursive: true });
}

function generate(text: string, { address, rootToken }: OpenBao): string {
  const file = join(folder, 'input.yaml');
  writeFileSync(file, text);
  const env = { AVP_TYPE: 'vault', AVP_AUTH_TYPE: 'token', VAULT_ADDR: address, VAULT_TOKEN: rootToken };
  return execFileSync(avp, ['generate', file], { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
