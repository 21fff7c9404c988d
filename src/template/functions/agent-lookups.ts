// `secret`, `secrets` and `pkiCert`: functions that ask the store. An answer that is not there yet is nil, so `with` skips
// it.
import { define, defineVariadic } from '../function.ts';
import { FunctionError, fail, type SafeText, safe } from '../safe-text.ts';
import { type CallContext, TypedList, type Value } from '../value.ts';
import { type AgentRead, AgentRender } from './agent-reads.ts';
import { trimSpace } from './runes.ts';
import { parseUrl } from './url.ts';

export const AGENT_LOOKUPS = {
  secret: defineVariadic([], 'string', (context, parts) => {
    const [path, ...pairs] = parts;
    if (path === undefined) return null;
    const parameters = parametersOf(pairs);
    if (pairs.length > 0)
      return answer(context, { kind: 'write', path: trimmed(path, safe('vault.write')), query: '', parameters });
    return answer(context, { kind: 'read', ...located(trimmed(path, safe('vault.read'))), parameters });
  }),
  secrets: define(['string'], (context, path) => {
    if (path === '') return NO_NAMES;
    return (
      answer(context, { kind: 'list', path: trimmed(path, safe('vault.list')), query: '', parameters: NONE }) ??
      NO_NAMES
    );
  }),
  pkiCert: defineVariadic([], 'string', (context, parts) => {
    const [path, ...pairs] = parts;
    if (path === undefined) return null;
    const parameters = parametersOf(pairs);
    return answer(context, { kind: 'certificate', ...located(trimmed(path, safe('vault.read'))), parameters });
  }),
} as const;

const NONE: ReadonlyMap<string, string> = new Map();
const NO_NAMES: Value = new TypedList('[]string');

/** The host of a render of this dialect. */
export function renderOf({ host }: CallContext): AgentRender {
  if (!(host instanceof AgentRender))
    throw new TypeError('a template of the dialect agent is rendered with an AgentRender');
  return host;
}

function answer(context: CallContext, read: AgentRead): Value {
  const render = renderOf(context);
  const known = render.answerTo(read) ?? null;
  const { excess } = render;
  if (excess !== undefined) return fail`more than ${excess} at once`;
  return known;
}

function trimmed(path: string, prefix: SafeText): string {
  const text = trimSpace(path).replace(/^\/+|(?<!\/)\/+$/g, '');
  return text === '' ? fail`${prefix}: invalid format: ""` : text;
}

/** The path of a URL: escapes are read, and what follows `?` is a query. */
function located(text: string): { path: string; query: string } {
  try {
    const { path, query } = parseUrl(text);
    return { path, query };
  } catch (thrown) {
    if (thrown instanceof FunctionError) return fail`parse: ${thrown.message}`;
    throw thrown;
  }
}

/** `name=value`; spaces around both are trimmed. */
function parametersOf(pairs: readonly string[]): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    if (at < 0) return fail`not k=v pair`;
    parameters.set(trimSpace(pair.slice(0, at)), trimSpace(pair.slice(at + 1)));
  }
  return parameters;
}
