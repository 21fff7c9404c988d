// The awkward secrets, as each format writes them.
import { createHash } from 'node:crypto';
import { writeDotenv } from '../../src/format/dotenv.ts';
import { writeProperties } from '../../src/format/properties.ts';
import { writeYaml } from '../../src/format/yaml.ts';
import { parseJson } from '../../src/json.ts';
import { collect, writeGoForm } from '../../src/json-text/go-form.ts';
import { JsonText } from '../../src/json-text/json-text.ts';
import type { Sink } from '../../src/json-text/sink.ts';
import { AWKWARD, type AwkwardCase } from './awkward.ts';
import type { TextFormat } from './consumers.ts';
import { type Said, sayFields, sayValue, shorten } from './said.ts';

export interface Made {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly keys: readonly string[];
  /** What each consumer should say of it. */
  readonly expected: Said;
}

const MOST_BYTES = 16 * 1024 * 1024;

const WRITERS: Readonly<Record<TextFormat, (data: JsonText, sink: Sink) => void>> = {
  json: writeGoForm,
  yaml: writeYaml,
  dotenv: (data, sink) => writeDotenv(data, MOST_BYTES, sink),
  properties: (data, sink) => writeProperties(data, MOST_BYTES, sink),
};

export function writeAs(format: TextFormat, text: string): Buffer {
  const data = JsonText.parse(Buffer.from(text));
  if (data === undefined) throw new Error('it is no JSON');
  return collect(MOST_BYTES, (sink) => WRITERS[format](data, sink));
}

export function makeAll(format: TextFormat): readonly Made[] {
  const cases = AWKWARD.filter(({ isNoShells }) => format !== 'dotenv' || isNoShells !== true);
  return cases.map((one) => makeOne(format, one));
}

export function makeOne(format: TextFormat, { name, text }: AwkwardCase): Made {
  const bytes = writeAs(format, text);
  const value = parseJson(text);
  const expected = shorten(format === 'dotenv' || format === 'properties' ? sayFields(value) : sayValue(value));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, bytes, sha256, keys: Object.keys(value as object), expected };
}
