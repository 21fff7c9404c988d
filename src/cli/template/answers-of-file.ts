// The data of --data as the answers of a store, for the dialect `agent`: by path, what stands in `.Data`.
import { certificateOf, lineOf, secretOf } from '../../template/functions/agent-answers.ts';
import { type AgentRead, keyOf, namesOf } from '../../template/functions/agent-reads.ts';
import { sortedTexts } from '../../template/text.ts';
import { JsonNumber, type Value } from '../../template/value.ts';
import { ShownPaths, UNSHOWN } from '../../template-files/shown-paths.ts';
import { CommandFailed } from '../command-failed.ts';

/** What a template reads and the file does not contain. */
export class MissingAnswers extends Error {
  /** One line each: what is read, and what to add. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super();
    this.lines = lines;
  }
}

export class AnswersOfFile {
  readonly #answers: ReadonlyMap<string, Value>;
  readonly #shown: ShownPaths;

  /** @param template the template's text; errors leave out a path that it builds from values */
  constructor(answers: ReadonlyMap<string, Value>, template: string) {
    this.#answers = answers;
    this.#shown = new ShownPaths([template]);
  }

  /** @throws MissingAnswers, CommandFailed if an answer has another form than its read */
  readAll(reads: readonly AgentRead[]): ReadonlyMap<string, Value> {
    const missing = reads.filter((read) => this.#find(read) === undefined);
    if (missing.length > 0) throw new MissingAnswers(this.#describe(missing));
    return new Map(reads.map((read) => [keyOf(read), this.#answerTo(read)]));
  }

  #find(read: AgentRead): Value {
    const name = nameOf(read);
    return (
      this.#answers.get(name) ??
      this.#answers.get(`/${name}`) ??
      this.#ofKv2(name, read.kind === 'list' ? '/metadata/' : '/data/')
    );
  }

  /** A store has `secret "secret/app"` read `secret/data/app` if the mount is KV version 2. */
  #ofKv2(name: string, part: string): Value {
    const own = [...this.#answers.keys()].find((path) => path.includes(part) && path.replace(part, '/') === name);
    return own === undefined ? undefined : this.#answers.get(own);
  }

  #answerTo(read: AgentRead): Value {
    const found = this.#find(read);
    if (read.kind === 'list') {
      if (!Array.isArray(found)) throw this.#notA('list of names', read);
      const names = found.map(textOf);
      for (const name of names) this.#shown.add(name);
      return namesOf(sortedTexts(names));
    }
    if (!(found instanceof Map)) throw this.#notA('map', read);
    if (read.kind !== 'certificate')
      return secretOf({
        requestId: '',
        leaseId: '',
        leaseDuration: 0,
        isRenewable: false,
        data: found,
        warnings: null,
      });
    const text = (name: string) => lineOf(textOf(found.get(name) ?? ''));
    const chain = found.get('ca_chain');
    return certificateOf({
      certificate: text('certificate'),
      key: text('private_key'),
      issuer: text('issuing_ca'),
      chain: Array.isArray(chain) ? chain.map((block) => lineOf(textOf(block))) : [],
    });
  }

  #notA(form: string, read: AgentRead): CommandFailed {
    const name = this.#shown.has(read) ? JSON.stringify(nameOf(read)) : UNSHOWN;
    return new CommandFailed(`--data: ${name} is not a ${form}; write ${formOf(read)}`);
  }

  /** All paths that must not be shown share one line. */
  #describe(missing: readonly AgentRead[]): readonly string[] {
    const lines = missing.map((read) => (this.#shown.has(read) ? describeMissing(read) : MISSING_UNSHOWN));
    return [...new Set(lines)];
  }
}

const MISSING_UNSHOWN =
  'the template reads a path that it puts together, which is not in --data; the path is not shown, as it may hold a value: add what the values in --data make of it';

/** A name may look like a number. */
function textOf(value: Value): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

function nameOf({ path, query }: AgentRead): string {
  return query === '' ? path : `${path}?${query}`;
}

function describeMissing(read: AgentRead): string {
  const name = JSON.stringify(nameOf(read));
  return `the template reads ${name}, which is not in --data; add ${name}: ${formOf(read)}`;
}

function formOf({ kind, path }: AgentRead): string {
  if (kind === 'list') return '[NAME]';
  if (kind === 'certificate') return '{certificate: PEM, private_key: PEM, issuing_ca: PEM, ca_chain: [PEM]}';
  return path.includes('/data/') ? '{data: {KEY: VALUE}}' : '{KEY: VALUE}';
}
