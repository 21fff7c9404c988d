// Trees of a template as text again.
import { type List, type Operand, type Pipe, type Statement, textOf } from '../../template/parse/node.ts';

export function printTemplate(list: List): string {
  return list.map(printStatement).join('');
}

function printStatement(node: Statement): string {
  switch (node.type) {
    case 'text':
      // What stood apart by a comment or trimmed spaces must not become a delimiter.
      return node.text.replace(/\{(?=\{|$)/g, '{{"{"}}');
    case 'action':
    case 'template':
      return textOf(node);
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
    default: {
      const otherwise = node.otherwise === undefined ? '' : `{{else}}${printTemplate(node.otherwise)}`;
      return `${textOf(node)}${printTemplate(node.list)}${otherwise}{{end}}`;
    }
  }
}

/** It is nothing but the dot, or the first dot of its template. */
export function isBareDot(pipe: Pipe | undefined): boolean {
  const [command, another] = pipe?.commands ?? [];
  const [word, more] = command?.words ?? [];
  return another === undefined && more === undefined && pipe?.declared.length === 0 && isDot(word);
}

export function isDot(word: Operand | undefined): boolean {
  return word?.type === 'dot' || (word?.type === 'variable' && word.name === '$' && word.fields.length === 0);
}
