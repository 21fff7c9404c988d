// Finds the YAML documents in a file that concern the driver. Others are never parsed, so that the output of a whole chart
// may be passed in.

import type { YamlBounds } from '../yaml/bounds.ts';
import type { YamlNode } from '../yaml/node.ts';
import { readYaml, type YamlProblems } from '../yaml/parse.ts';
import type { Position } from '../yaml/position.ts';
import type { Finding, Source } from './finding.ts';

/** One document of a file that concerns the driver. */
export class Document {
  readonly file: string;
  /** As written, with its comments: the texts of all documents add up to the file. */
  readonly text: string;
  /** Number of lines in the file before the document. */
  readonly linesBefore: number;
  readonly root: YamlNode;
  #lines: readonly string[] | undefined;

  constructor(file: string, text: string, linesBefore: number, root: YamlNode) {
    this.file = file;
    this.text = text;
    this.linesBefore = linesBefore;
    this.root = root;
  }

  /** The document's own lines, without their line breaks. */
  get lines(): readonly string[] {
    this.#lines ??= this.text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    return this.#lines;
  }
}

/** Every class and every pod volume of the driver contains this, even with a misspelt group, kind or driver. */
const MARK = /secrets-store\.csi\.|SecretProviderClass/i;

/** A template with a class or a volume of the driver contains this; a role's rule for classes has the mark too. */
const MAKES_ONE = /kind:\s*["']?\w*SecretProviderClass|driver:\s*["']?secrets-store\.csi\.|secretProviderClass:/i;

const TAKES_SECRETS = /secretKeyRef|secretRef/;

/** One document may be a List of everything in a namespace. A million tokens take some two seconds. */
export const MANIFEST_BOUNDS: YamlBounds = {
  bytes: 16 * 1024 * 1024,
  depth: 100,
  depthFix: 'no manifest of the driver is that deep',
  nodes: 300_000,
  tokens: 1_000_000,
  chars: 32 * 1024 * 1024,
  fix: 'split it over several files',
};

export function readDocuments(source: Source, report: (finding: Finding) => void): readonly Document[] {
  return read(source, (text) => MARK.test(text), report);
}

/**
 * Documents that take variables from Secrets and are not among those of `readDocuments`. Their problems are not reported.
 */
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
  report: (finding: Finding) => void,
): readonly Document[] {
  const documents: Document[] = [];
  for (const { text, linesBefore } of splitDocuments(source.text)) {
    if (!isRead(text)) continue;
    const problems = new SyntaxProblems();
    const root = readYaml(text, MANIFEST_BOUNDS, problems);
    for (const finding of toFindings(source.name, linesBefore, text, problems.found)) report(finding);
    if (root !== undefined) documents.push(new Document(source.name, text, linesBefore, root));
  }
  return documents;
}

class SyntaxProblems implements YamlProblems {
  readonly found: { readonly at: Position; readonly text: string }[] = [];

  get count(): number {
    return this.found.length;
  }

  addObject(at: Position, _subject: undefined, text: string): void {
    this.found.push({ at, text });
  }
}

/** A template breaks YAML in many ways; one is reported. */
function toFindings(
  file: string,
  linesBefore: number,
  text: string,
  problems: SyntaxProblems['found'],
): readonly Finding[] {
  const isTemplate = text.includes('{{') && text.includes('}}');
  if (isTemplate && !MAKES_ONE.test(text)) return [];
  return problems.slice(0, isTemplate ? 1 : undefined).map(({ at: { line, column }, text: what }) => {
    const message = isTemplate ? 'not YAML but a template; check what "helm template" makes of it' : what;
    return { file, line: linesBefore + line, column, level: 'error', rule: 'syntax', message, resource: undefined };
  });
}

/**
 * Splits a text into parts of one document each, with what stands before it; joined, they are the text again. A line that
 * starts with `---` begins a document anywhere, even within a block scalar (YAML 1.2, 9.1.2).
 */
export function* splitDocuments(text: string): Generator<{ readonly text: string; readonly linesBefore: number }> {
  let linesBefore = 0;
  for (const part of text.split(/^(?=---(?:\s|$))/m)) {
    yield { text: part, linesBefore };
    linesBefore += part.split('\n').length - 1;
  }
}
