// The texts of a migration to the resources in them, each with the way to it within its document: all documents, as
// any may hold a pod that takes a Secret.
import { Document, MANIFEST_BOUNDS, splitDocuments } from '../manifest/documents.ts';
import type { Source } from '../manifest/finding.ts';
import { listAt, textAt } from '../manifest/nodes.ts';
import { Resource } from '../manifest/resources.ts';
import type { Path } from '../yaml/change.ts';
import type { YamlMap } from '../yaml/node.ts';
import { readYaml, type YamlProblems } from '../yaml/parse.ts';
import type { Position } from '../yaml/position.ts';
import type { Kind, Outcome } from './kinds.ts';
import { KINDS } from './kinds.ts';

/** A document and where its text begins in its file. */
export interface Place {
  readonly document: Document;
  readonly offset: number;
}

/** A resource of the input. */
export class Input {
  readonly place: Place;
  /** Empty, or to the item of a List. */
  readonly path: Path;
  readonly map: YamlMap;
  readonly #resource: Resource;
  readonly #report: (outcome: Outcome) => void;

  constructor(place: Place, path: Path, map: YamlMap, report: (outcome: Outcome) => void) {
    this.place = place;
    this.path = path;
    this.map = map;
    this.#resource = new Resource(map, place.document, () => {});
    this.#report = report;
  }

  get kind(): string {
    return this.#resource.kind;
  }

  get name(): string {
    return this.#resource.name;
  }

  get namespace(): string | undefined {
    return this.#resource.namespace;
  }

  /** For messages, for example `Secret shop/db`. */
  get title(): string {
    return this.#resource.title;
  }

  mayShareNamespace(other: Input): boolean {
    return this.#resource.mayShareNamespace(other.#resource);
  }

  report(rule: Kind, at: Position, message: string): void {
    const { file, linesBefore } = this.place.document;
    const { level } = KINDS[rule];
    this.#report({ file, line: linesBefore + at.line, column: at.column, level, rule, message, resource: this.title });
  }
}

export function readInput(source: Source, report: (outcome: Outcome) => void): readonly Input[] {
  const inputs: Input[] = [];
  let offset = 0;
  for (const { text, linesBefore } of splitDocuments(source.text)) {
    const problems = new FirstProblem();
    const root = readYaml(text, MANIFEST_BOUNDS, problems);
    const { first } = problems;
    if (first !== undefined) {
      const rule = hasAction(text) ? 'template' : 'syntax';
      const message =
        rule === 'template' ? 'a template is left as it is; migrate what "helm template" makes of it' : first.text;
      const { line, column } = first.at;
      const place = { file: source.name, line: linesBefore + line, column };
      report({ ...place, level: KINDS[rule].level, rule, message, resource: undefined });
    } else if (root?.kind === 'map') {
      const place = { document: new Document(source.name, text, linesBefore, root), offset };
      for (const { map, path } of openList(root)) inputs.push(new Input(place, path, map, report));
    }
    offset += text.length;
  }
  return inputs;
}

function openList(root: YamlMap): readonly { readonly map: YamlMap; readonly path: Path }[] {
  const items = textAt(root, 'kind')?.endsWith('List') ? listAt(root, 'items')?.items : undefined;
  if (items === undefined) return [{ map: root, path: [] }];
  return items.flatMap((map, index) => (map.kind === 'map' ? [{ map, path: ['items', index] }] : []));
}

class FirstProblem implements YamlProblems {
  count = 0;
  first: { readonly at: Position; readonly text: string } | undefined;

  addObject(at: Position, _subject: undefined, text: string): void {
    this.count += 1;
    this.first ??= { at, text };
  }
}

/** True for a Helm template. */
function hasAction(text: string): boolean {
  const start = text.indexOf('{{');
  return start !== -1 && text.includes('}}', start + 2);
}
