// The text of a file to its YAML documents that concern the driver. Others are never parsed, so that the output
// of a whole chart may go through, whatever else is in it.
import { type Mistake, Mistakes } from '../plan/mistakes.ts';
import { START } from '../plan/place.ts';
import type { YamlBounds } from '../plan/yaml-bounds.ts';
import type { YamlNode } from '../plan/yaml-node.ts';
import { readYaml } from '../plan/yaml-source.ts';
import type { Finding, Source } from './finding.ts';

export interface Document {
  readonly file: string;
  /** Of the document alone, without their ends. */
  readonly lines: readonly string[];
  /** Of the file, before the document. */
  readonly linesBefore: number;
  readonly root: YamlNode;
}

/** What every class and every pod volume of the driver holds, also where the group, the kind or the driver is misspelt. */
const MARK = /secrets-store\.csi\.|SecretProviderClass/i;

/** What a template must hold to make a class or a volume of the driver; a role's rule for classes holds the mark too. */
const MAKES_ONE = /kind:\s*["']?\w*SecretProviderClass|driver:\s*["']?secrets-store\.csi\.|secretProviderClass:/i;

const TAKES_SECRETS = /secretKeyRef|secretRef/;

/** One document may be a List of everything in a namespace. A million tokens take some two seconds. */
const MANIFEST_BOUNDS: YamlBounds = {
  bytes: 16 * 1024 * 1024,
  depth: 100,
  depthCure: 'no manifest of the driver is that deep',
  nodes: 300_000,
  tokens: 1_000_000,
  chars: 32 * 1024 * 1024,
  cure: 'split it over several files',
};

export function readDocuments(source: Source, tell: (finding: Finding) => void): readonly Document[] {
  return read(source, (text) => MARK.test(text), tell);
}

/** The documents beside those of `readDocuments` that take variables out of Secrets. Their mistakes are not ours to tell. */
export function readUsersOfSecrets(source: Source): readonly Document[] {
  return read(
    source,
    (text) => TAKES_SECRETS.test(text) && !MARK.test(text),
    () => {},
  );
}

function read(
  source: Source,
  isRead: (text: string) => boolean,
  tell: (finding: Finding) => void,
): readonly Document[] {
  const documents: Document[] = [];
  for (const { text, linesBefore } of split(source.text)) {
    if (!isRead(text)) continue;
    const mistakes = new Mistakes();
    const root = readYaml(text, MANIFEST_BOUNDS, mistakes);
    for (const finding of toFindings(source.name, linesBefore, text, mistakes.list())) tell(finding);
    const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    if (root !== undefined) documents.push({ file: source.name, lines, linesBefore, root });
  }
  return documents;
}

/** A template is no YAML in many ways, of which one is told. */
function toFindings(file: string, linesBefore: number, text: string, mistakes: readonly Mistake[]): readonly Finding[] {
  const isTemplate = text.includes('{{') && text.includes('}}');
  if (isTemplate && !MAKES_ONE.test(text)) return [];
  return mistakes.slice(0, isTemplate ? 1 : undefined).map((mistake) => {
    const { line, column } = typeof mistake.at === 'string' ? START : mistake.at;
    const message = isTemplate ? 'not YAML but a template, check what "helm template" makes of it' : mistake.text;
    return { file, line: linesBefore + line, column, level: 'error', rule: 'syntax', message, resource: undefined };
  });
}

/** A line that starts with `---` begins a document wherever it stands, also within a block of text (YAML 1.2, 9.1.2). */
function* split(text: string): Generator<{ readonly text: string; readonly linesBefore: number }> {
  let linesBefore = 0;
  for (const part of text.split(/^(?=---(?:\s|$))/m)) {
    yield { text: part, linesBefore };
    linesBefore += part.split('\n').length - 1;
  }
}
