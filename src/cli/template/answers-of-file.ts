// The data of --data as the answers of a store, for the dialect `agent`: by path, what stands in `.Data`.
import { certificateOf, lineOf, secretOf } from '../../template/functions/agent-answers.ts';
import { type AgentRead, keyOf, namesOf } from '../../template/functions/agent-reads.ts';
import { sortedTexts } from '../../template/text.ts';
import { JsonNumber, type Value } from '../../template/value.ts';
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

  constructor(answers: ReadonlyMap<string, Value>) {
    this.#answers = answers;
  }

  /** @throws MissingAnswers, CommandFailed if an answer has another form than its read */
  readAll(reads: readonly AgentRead[]): ReadonlyMap<string, Value> {
    const missing = reads.filter((read) => this.#find(read) === undefined);
    if (missing.length > 0) throw new MissingAnswers(missing.map(describeMissing));
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
      if (Array.isArray(found)) return namesOf(sortedTexts(found.map(textOf)));
      throw notA('list of names', read);
    }
    if (!(found instanceof Map)) throw notA('map', read);
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
}

/** A key may look like a number. */
function textOf(value: Value): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

function notA(form: string, read: AgentRead): CommandFailed {
  return new CommandFailed(`--data: ${JSON.stringify(nameOf(read))} is not a ${form}; write ${formOf(read)}`);
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
