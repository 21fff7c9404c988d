// The reads of a template of the dialect `agent` whose paths are literals: for granting rights before it is rendered.
import type { Command, List, Operand, Pipe, Statement } from '../parse/node.ts';
import type { AgentRead } from './agent-reads.ts';

export interface LiteralRead {
  readonly kind: AgentRead['kind'];
  /** As in a request, without the query. Undefined: it is computed while rendering. */
  readonly path: string | undefined;
  /** An index into the template's text. */
  readonly position: number;
}

type Looking = (read: LiteralRead) => void;

/** In the order in which they stand in the text. @param trees of the template and of all that it defines */
export function literalReads(trees: ReadonlyMap<string, List>): readonly LiteralRead[] {
  const reads: LiteralRead[] = [];
  for (const list of trees.values()) for (const node of list) inStatement(node, (read) => reads.push(read));
  return reads.sort((a, b) => a.position - b.position);
}

function inStatement(node: Statement, found: Looking): void {
  if ('pipe' in node && node.pipe !== undefined) inPipe(node.pipe, found);
  if (!('list' in node)) return;
  for (const inner of [...node.list, ...(node.otherwise ?? [])]) inStatement(inner, found);
}

function inPipe({ commands }: Pipe, found: Looking): void {
  commands.forEach((command, at) => {
    for (const word of command.words) inOperand(word, found);
    const read = readOf(command, commands[at - 1]);
    if (read !== undefined) found(read);
  });
}

function inOperand(word: Operand, found: Looking): void {
  if (word.type === 'pipe') inPipe(word, found);
  else if (word.type === 'chain') inOperand(word.node, found);
}

/** @param before the command before it in the pipeline, whose value is its last argument */
function readOf({ words, position }: Command, before: Command | undefined): LiteralRead | undefined {
  const [first, ...args] = words;
  const count = args.length + (before === undefined ? 0 : 1);
  const kind = first?.type === 'identifier' ? kindOf(first.name, count) : undefined;
  if (kind === undefined || count === 0) return undefined;
  const [path] = args.length > 0 ? args : before?.words.length === 1 ? before.words : [];
  return { kind, path: path?.type === 'string' ? pathIn(path.value) : undefined, position };
}

function kindOf(name: string, count: number): AgentRead['kind'] | undefined {
  if (name === 'secret') return count > 1 ? 'write' : 'read';
  if (name === 'secrets') return 'list';
  return name === 'pkiCert' ? 'certificate' : undefined;
}

function pathIn(text: string): string {
  return text
    .trim()
    .replace(/\?.*$/s, '')
    .replace(/^\/+|(?<!\/)\/+$/g, '');
}
