// The regular expressions of a TypeScript text, as they stand in it. Strings, templates and comments are passed over;
// a slash begins an expression where no value stands before it.

export interface Literal {
  readonly line: number;
  readonly expression: RegExp;
}

const AFTER_A_VALUE = /[\w$)\]}"'`]$/;
const AFTER_A_KEYWORD = /\b(?:return|case|typeof|in|of|await|yield)$/;

export function findLiterals(text: string): Literal[] {
  const found: Literal[] = [];
  /** For each template that is open, how many braces are open in its expression. */
  const templates: number[] = [];
  let before = '';
  let at = 0;
  const skip = (end: number) => {
    at = end;
  };
  while (at < text.length) {
    const char = text[at] ?? '';
    if (text.startsWith('//', at)) skip(endOf(text, '\n', at));
    else if (text.startsWith('/*', at)) skip(endOf(text, '*/', at) + 2);
    else if (char === '"' || char === "'") {
      skip(endOfQuoted(text, at, char));
      before = char;
    } else if (char === '`' || (char === '}' && templates.at(-1) === 0)) {
      if (char === '}') templates.pop();
      const end = endOfTemplatePart(text, at + 1);
      if (text[end - 1] === '{') templates.push(0);
      before = text[end - 1] === '{' ? '(' : '`';
      skip(end);
    } else if (char === '/' && (!AFTER_A_VALUE.test(before) || AFTER_A_KEYWORD.test(before))) {
      const end = endOfExpression(text, at + 1);
      const flags = /^[a-z]*/.exec(text.slice(end))?.[0] ?? '';
      found.push({
        line: text.slice(0, at).split('\n').length,
        expression: new RegExp(text.slice(at + 1, end - 1), flags),
      });
      before = '`';
      skip(end + flags.length);
    } else {
      const open = templates.length - 1;
      if (char === '{' && open >= 0) templates[open] = (templates[open] ?? 0) + 1;
      if (char === '}' && open >= 0) templates[open] = (templates[open] ?? 0) - 1;
      if (/\S/.test(char)) before = (/[\w$]/.test(char) && /\w/.test(text[at - 1] ?? '') ? before : '') + char;
      skip(at + 1);
    }
  }
  return found;
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  let at = from + 1;
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Behind its end, or behind the `${` of an expression in it. */
function endOfTemplatePart(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '`' && !text.startsWith('${', at)) at += text[at] === '\\' ? 2 : 1;
  return at + (text[at] === '`' ? 1 : 2);
}

/** Behind its closing slash. */
function endOfExpression(text: string, from: number): number {
  let isClass = false;
  let at = from;
  for (; at < text.length && (isClass || text[at] !== '/'); at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') isClass = true;
    else if (text[at] === ']') isClass = false;
  }
  return at + 1;
}
