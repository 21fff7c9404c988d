// What becomes of an annotation if its pod moves, in words.
import { quote } from '../../quote.ts';
import { isTrue } from '../go-bool.ts';
import type { Kind } from '../kinds.ts';
import type { Obstacle } from '../movable.ts';
import { isTemplate, sourceOf } from '../store-value.ts';
import { type Annotation, entryOf } from './annotations.ts';
import type { InjectedFile } from './injected-file.ts';
import type { Login } from './login.ts';

export interface Note {
  readonly annotation: Annotation;
  readonly rule: Kind;
  readonly text: string;
  /** Whose class the text ends with. */
  readonly mountPath?: string;
}

/** The suffix of these names a file. */
const OF_FILES = [
  'agent-inject-secret-',
  'agent-inject-template-',
  'agent-inject-file-',
  'agent-inject-perms-',
  'agent-template-left-delim-',
  'agent-template-right-delim-',
  'error-on-missing-key-',
  'preserve-secret-case-',
  'secret-volume-path-',
];
const OTHERS_READ = 0o004;

/** Undefined: it keeps the pod as it is, and was refused. */
export function noteOf(
  annotation: Annotation,
  files: readonly InjectedFile[],
  login: Login,
  refuse: (obstacle: Obstacle) => void,
): Note | undefined {
  const { name, value, at } = annotation;
  const entry = entryOf(name);
  if (entry === undefined)
    return { annotation, rule: 'differs', text: `the injector knows no annotation ${quote(name)}; it is dropped` };
  const shown = entry.suffix === '' ? name : quote(name);
  const { end, onlyIf } = entry.text;
  const help = entry.text.help.replaceAll('`', '');
  const own = login.texts.get(annotation);
  if (own !== undefined) return { annotation, ...own };
  if (onlyIf !== undefined && isTrue(value) !== onlyIf)
    return { annotation, rule: 'mapped', text: `${shown}: ${quote(value)} is what holds without it` };
  if (end === 'field' || end === 'store') {
    refuse({ kind: end, at, why: `${shown}: ${help}` });
    return undefined;
  }
  const isOfFile = OF_FILES.some((prefix) => name.startsWith(prefix));
  if (!isOfFile) return { annotation, rule: end, text: `${shown}: ${help}` };
  const file = files.find(({ suffix }) => suffix === entry.suffix);
  if (file === undefined)
    return {
      annotation,
      rule: 'differs',
      text: `no annotation names the secret ${quote(entry.suffix)}; it is dropped`,
    };
  return { annotation, ...ofFile(annotation, file, end, help), mountPath: file.mountPath };
}

function ofFile({ name }: Annotation, file: InjectedFile, end: Kind, help: string): Pick<Note, 'rule' | 'text'> {
  const named = quote(file.name);
  if (name.startsWith('agent-inject-secret-') || name.startsWith('agent-inject-template-'))
    return { rule: end, text: `${named}: ${sourceText(file)}` };
  if (name.startsWith('agent-inject-perms-') && (file.mode & OTHERS_READ) === 0)
    return {
      rule: 'differs',
      text: `${named}: filePermission; the file belongs to root now, and not to the agent's user`,
    };
  return { rule: end, text: `${named}: ${help}` };
}

function sourceText({ object: { value } }: InjectedFile): string {
  return isTemplate(value) ? 'a template' : sourceOf(value);
}
