// `node test/migrate/record-eso.ts`: the Secrets that External Secrets makes of the cases and of the random inputs; its own
// template package renders their templates. Kept as data, so that nobody else needs to build it.
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { askOracle, buildOracle, versionOf } from '../template/oracle/build.ts';
import { type Manifest, parseManifests } from './consumers.ts';
import { digestOf } from './digest.ts';
import { secretOf } from './eso-model.ts';
import { BY_PACKAGE, ESO_SEED, RECORDED_ESO, type RecordedEso, randomSecrets, sourceOfCase } from './recorded-eso.ts';
import { seeOriginal } from './world.ts';

interface Rendered {
  readonly output?: string;
  readonly error?: string;
}

const texts = randomSecrets();
const sources = [...BY_PACKAGE.map(sourceOfCase), ...texts];
const asked: string[] = [];
for (const text of sources)
  secretsOf(text, (template, data) => {
    asked.push(JSON.stringify({ template, data }));
    return '';
  });
const distinct = [...new Set(asked)];
const answers = await askOracle<Rendered[]>(await buildOracle('eso', console.log), [], distinct);
const outputs = new Map(distinct.map((one, index) => [one, answers[index]]));
const render = (template: string, data: object): string => {
  const { output, error } = outputs.get(JSON.stringify({ template, data })) ?? {};
  if (output === undefined) throw new Error(`${template}: ${error}`);
  return output;
};
const cases = BY_PACKAGE.map((name) => [name, secretsOf(sourceOfCase(name), render)] as const);
const digests: Record<string, string> = {};
for (const text of texts)
  for (const [container, one] of Object.entries(await seeOriginal(`${text}---\n${secretsOf(text, render)}`)))
    digests[container] = digestOf(one);
const version = await versionOf('eso');
const recorded: RecordedEso = { version, seed: ESO_SEED, cases: Object.fromEntries(cases), digests };
writeFileSync(RECORDED_ESO, `${JSON.stringify(recorded, undefined, 1)}\n`);
console.log(
  `${cases.length} cases and ${texts.length} inputs of seed ${ESO_SEED}, ${distinct.length} templates, ${version}`,
);

function secretsOf(text: string, by: Parameters<typeof secretOf>[2]): string {
  const manifests: readonly Manifest[] = parseManifests(text);
  const secrets = manifests.filter(({ kind }) => kind === 'ExternalSecret').map((es) => secretOf(es, manifests, by));
  return secrets.map((one) => stringify(one, { version: '1.1' })).join('---\n');
}
