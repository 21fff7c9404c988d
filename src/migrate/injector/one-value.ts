// A template that is one value of one secret and nothing else, as most are: an object of a class names it without a
// template.
import { libraryOf } from '../../template/function.ts';
import type { Command, List, Operand, Pipe, Statement } from '../../template/parse/node.ts';
import { compile } from '../../template/template.ts';
import { TemplateError } from '../../template/template-error.ts';
import { cleanPath, isKey } from '../paths.ts';
import type { Delimiters } from './file-settings.ts';

export interface OneValue {
  readonly path: string;
  readonly key: string;
  /** With them the agent writes. */
  readonly args: Readonly<Record<string, string>>;
}

const NEVER = { params: [], call: () => null };
/** The functions that such a template may call. */
const FUNCTIONS = libraryOf({ secret: NEVER, index: NEVER });
const VERSION = /^([^?]*)(\?version=\d{1,15})$/;
/** The fields of KV version 2's answer. */
const ENVELOPE: readonly string[] = ['data', 'metadata'];

export function oneValueOf(text: string, [left, right]: Delimiters): OneValue | undefined {
  const list = parse(text, left, right);
  const [block, ...others] = list?.filter((node) => node.type !== 'text' || node.text !== '') ?? [];
  if (block?.type !== 'with' || others.length > 0 || block.otherwise !== undefined) return undefined;
  const read = readOf(block.pipe);
  const key = read && keyOf(block.list, isKv2(read.path));
  return read === undefined || key === undefined || !isKey(key) ? undefined : { ...read, key };
}

function parse(text: string, leftDelimiter: string, rightDelimiter: string): List | undefined {
  const name = 'template';
  try {
    return compile(text, { name, leftDelimiter, rightDelimiter, functions: FUNCTIONS }).trees.get(name);
  } catch (thrown) {
    if (thrown instanceof TemplateError) return undefined;
    throw thrown;
  }
}

/** `secret "PATH" "name=value"` */
function readOf(pipe: Pipe): Omit<OneValue, 'key'> | undefined {
  const [first, path, ...pairs] = textsOf(onlyCommand(pipe)) ?? [];
  if (first !== 'secret' || path === undefined) return undefined;
  const cut = pairs.map((pair) => [pair, pair.indexOf('=')] as const);
  const [, before = path, query = ''] = VERSION.exec(path) ?? [];
  const clean = cleanPath(before);
  if (clean === undefined || cut.some(([, at]) => at < 1)) return undefined;
  const args = Object.fromEntries(cut.map(([pair, at]) => [pair.slice(0, at), pair.slice(at + 1)]));
  return { path: clean + query, args };
}

/** A function's name and texts behind it. */
function textsOf(command: Command | undefined): readonly string[] | undefined {
  const [first, ...rest] = command?.words ?? [];
  if (first?.type !== 'identifier') return undefined;
  const texts = rest.map((word) => (word.type === 'string' ? word.value : undefined));
  return texts.every((text) => text !== undefined) ? [first.name, ...texts] : undefined;
}

function onlyCommand({ declared, commands }: Pipe): Command | undefined {
  return declared.length === 0 && commands.length === 1 ? commands[0] : undefined;
}

/** The agent adds `data/` to a path by asking the store for its mount, which a class does not. */
function isKv2(path: string): boolean {
  return path.indexOf('/data/') > 0;
}

function keyOf(list: List, isOfKv2: boolean): string | undefined {
  const [action, ...others] = list.filter((node: Statement) => node.type !== 'text' || node.text !== '');
  if (action?.type !== 'action' || others.length > 0) return undefined;
  const fields = fieldsOf(onlyCommand(action.pipe));
  const [data, ...rest] = fields ?? [];
  if (data !== 'Data') return undefined;
  if (isOfKv2) return rest[0] === 'data' && rest.length === 2 ? rest[1] : undefined;
  const [key] = rest;
  return rest.length === 1 && key !== undefined && !ENVELOPE.includes(key) ? key : undefined;
}

/** `.Data.data.password`, or `index .Data.data "password"`. */
function fieldsOf(command: Command | undefined): readonly string[] | undefined {
  const words: readonly Operand[] = command?.words ?? [];
  const [first, second, third] = words;
  if (words.length === 1 && first?.type === 'field') return first.fields;
  const isIndex = first?.type === 'identifier' && first.name === 'index' && words.length === 3;
  if (!isIndex || second?.type !== 'field' || third?.type !== 'string') return undefined;
  return [...second.fields, third.value];
}
