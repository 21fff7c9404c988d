// `node test/migrate/record-injector.ts`: what a real `vault agent` makes of the annotations of the cases, on a real Vault.
// Kept as data, so that nobody else needs to build it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { startOpenBao } from '../harness/openbao.ts';
import { fetchVault, findVault } from '../harness/vault-binary.ts';
import { renderPods } from './agent.ts';
import { parseManifests } from './consumers.ts';
import { fillForPods } from './injector-store.ts';
import {
  digestOfFiles,
  INJECTOR_CASES,
  INJECTOR_RECORDED,
  type InjectorRecorded,
  injectorSource,
  randomInjectedTexts,
  SEED,
} from './recorded-injector.ts';
import { fillStore } from './store.ts';

process.env['STORE'] = 'vault';
await fetchVault((line) => console.log(line));
const binary = await findVault();
const store = await startOpenBao();
try {
  await fillStore(store);
  await fillForPods(store);
  const render = (text: string) =>
    renderPods(parseManifests(text), { binary, address: store.address, token: store.rootToken });
  const cases: InjectorRecorded['cases'] = {};
  for (const name of INJECTOR_CASES) {
    cases[name] = await render(injectorSource(name));
    console.log(`${name}: ${Object.values(cases[name]).flatMap(Object.keys).length} files`);
  }
  const digests: Record<string, string> = {};
  for (const text of randomInjectedTexts())
    for (const [container, files] of Object.entries(await render(text))) digests[container] = digestOfFiles(files);
  console.log(`${Object.keys(digests).length} containers of random pods of seed ${SEED}`);
  const version = execFileSync(binary, ['version'], { encoding: 'utf8' }).split(/[ ,]/)[1] ?? '';
  const recorded: InjectorRecorded = { version, seed: SEED, cases, digests };
  writeFileSync(INJECTOR_RECORDED, `${JSON.stringify(recorded, undefined, 1)}\n`);
} finally {
  await store.stop();
}
