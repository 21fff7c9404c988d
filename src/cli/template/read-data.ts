// The text of --data to the values that a template computes with. Numbers keep their digits, as those of a store do.
import { quote } from '../../quote.ts';
import { readJson } from '../../template/functions/json-read.ts';
import { FunctionError } from '../../template/safe-text.ts';
import { type CallContext, JsonNumber, type Value } from '../../template/value.ts';
import type { YamlBounds } from '../../yaml/bounds.ts';
import { isNull, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { readYaml } from '../../yaml/parse.ts';
import type { Position } from '../../yaml/position.ts';
import { CommandFailed } from '../command-failed.ts';

const BOUNDS: YamlBounds = Object.freeze({
  bytes: 1024 * 1024,
  depth: 100,
  depthFix: 'an answer of a store needs fewer',
  nodes: 50_000,
  tokens: 250_000,
  chars: 1024 * 1024,
  fix: 'leave out what the template does not read',
});
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** The text is in memory already: nothing is counted. */
const FREELY: CallContext = { charge: () => {}, claim: () => {}, host: undefined };

/** @throws CommandFailed with the place, and no value */
export function readData(file: string, text: string): Map<string, Value> {
  const refuse = ({ line, column }: Position, problem: string): never => {
    throw new CommandFailed(`${file}:${line}:${column}: ${problem}`);
  };
  const data = readAsJson(text) ?? readAsYaml(text, refuse);
  if (data instanceof Map) return data;
  return refuse({ line: 1, column: 1 }, 'not a map; write a name or path on each line, a colon, and its value');
}

/** As the store's own answers are; undefined: it is YAML, or its reader tells what is wrong. */
function readAsJson(text: string): Value {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return readJson(FREELY, text, true);
  } catch (thrown) {
    if (thrown instanceof FunctionError) return undefined;
    throw thrown;
  }
}

type Refuse = (at: Position, problem: string) => never;

function readAsYaml(text: string, refuse: Refuse): Value {
  const root = readYaml(text, BOUNDS, { count: 0, addObject: (at, _, problem) => refuse(at, problem) });
  return root === undefined ? new Map() : toValue(root, refuse);
}

function toValue(node: YamlNode, refuse: Refuse): Value {
  if (node.kind === 'scalar') return toScalar(node);
  if (node.kind === 'list') return node.items.map((item) => toValue(item, refuse));
  for (const { key, at } of node.duplicates) refuse(at, `${quote(key)} is given twice; remove one`);
  return new Map([...node.fields].map(([key, { value }]) => [key, toValue(value, refuse)]));
}

/** Without quotes: null, true, false and numbers as JSON has them. */
function toScalar(node: YamlScalar): Value {
  const { text, isPlain } = node;
  if (isNull(node)) return null;
  if (!isPlain) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return NUMBER.test(text) ? new JsonNumber(text) : text;
}
