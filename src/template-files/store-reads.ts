// Reads that templates of the syntax `agent` ask for, as reads of the mount: one round for all that a pass is missing. If a
// secret's path lacks its engine's own part, a round before that asks for the engine.
import { MountError } from '../errors.ts';
import type { Answer, FolderStore, OpenAnswer, ShortRequest } from '../fetch/ports.ts';
import type { Method } from '../plan/methods.ts';
import type { Read } from '../plan/plan.ts';
import { joinPath, makeRead } from '../plan/read.ts';
import { type AgentRead, charsOf, keyOf } from '../template/functions/agent-reads.ts';
import type { Value } from '../template/value.ts';
import { engineRead } from '../tree/engine-read.ts';
import { namesIn } from '../tree/names-in.ts';
import { type ReadResults, together } from '../volume/read-results.ts';
import { answerValue } from './answer-values.ts';
import type { AskedRead, Asking } from './asking.ts';
import type { TemplateHost } from './host.ts';
import { type AskedPath, hidden, ShownPaths, UNSHOWN } from './shown-paths.ts';
import type { ValueSteps } from './value-steps.ts';

/** The same limit as for a tree. */
export const MOST_READS = 1_000;
/** Memory reserved for each read before it is sent, with what belongs to it. */
const READ_BYTES = 2 * 1024;
/** Memory per character of its path and arguments: keys, body and request. */
const BYTES_PER_CHAR = 4;
/** Memory for a read that another template has asked for already. */
const AGAIN_BYTES = 512;

const METHODS: Readonly<Record<AgentRead['kind'], Method>> = {
  read: 'GET',
  list: 'LIST',
  write: 'PUT',
  certificate: 'PUT',
};

export class StoreReads {
  readonly #planned: ReadResults;
  readonly #rounds: ReadResults[];
  /** The texts of all templates that ask. */
  readonly #texts: readonly string[];
  /** Lists whose names are not known yet. */
  readonly #lists = new Set<Read>();
  #shownPaths: ShownPaths | undefined;
  /** The paths that templates gave, by the key of the read. Paths that the class names may always be shown. */
  readonly #paths = new Map<string, AskedPath[]>();
  readonly #host: TemplateHost;
  readonly #folders: FolderStore;
  /** Keys made by `keyOf`. */
  readonly #asked = new Set<string>();
  /** By the path that is asked; undefined: the store does not tell the engine. */
  readonly #engines = new Map<string, OpenAnswer | undefined>();

  /** @param planned results of the class's own reads */
  constructor(planned: ReadResults, host: TemplateHost, texts: readonly string[]) {
    this.#planned = planned;
    this.#rounds = [planned];
    this.#texts = texts;
    this.#host = host;
    this.#folders = host.folders;
  }

  answerTo({ key }: Read): Answer | undefined {
    for (const { answers } of this.#rounds) {
      const answer = answers.get(key);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  isAbsent({ key }: Read): boolean {
    return this.#rounds.some(({ absent }) => absent.has(key));
  }

  /** Made anew for each render. @throws MountError, TooManySteps */
  values(reads: readonly AskedRead[], steps: ValueSteps): ReadonlyMap<string, Value> {
    return new Map(reads.map((one) => [keyOf(one.asked), this.#valueOf(one, steps)]));
  }

  #valueOf({ asked, read }: AskedRead, steps: ValueSteps): Value {
    try {
      return answerValue(asked.kind, read, this.answerTo(read), steps);
    } catch (thrown) {
      throw thrown instanceof MountError ? this.withoutHidden(thrown, read) : thrown;
    }
  }

  /** The results of the class's own reads and of its templates' reads. */
  get results(): ReadResults {
    const all = together(this.#rounds);
    if (all.errors.size === 0 || this.#paths.size === 0) return all;
    const errors = [...all.errors].map(([key, error]) => [key, this.withoutHidden(error, { key })] as const);
    return { ...all, errors: new Map(errors) };
  }

  /** Hides a path that must not be shown. @param error of this read */
  withoutHidden(error: MountError, { key }: Pick<Read, 'key'>): MountError {
    const paths = this.#paths.get(key) ?? [];
    return paths.every((path) => this.#shown.has(path)) ? error : hidden(error);
  }

  /** Includes the names of all lists answered so far. */
  get #shown(): ShownPaths {
    this.#shownPaths ??= new ShownPaths(this.#texts);
    for (const read of this.#lists) {
      const answer = this.answerTo(read);
      if (answer === undefined) continue;
      this.#lists.delete(read);
      for (const name of namesIfAny(answer, read)) this.#shownPaths.add(name);
    }
    return this.#shownPaths;
  }

  /** Whether the class itself names the read. */
  #isNamed(key: string): boolean {
    return this.#planned.answers.has(key) || this.#planned.errors.has(key);
  }

  #name({ key }: Read, { path, query }: AskedPath): void {
    const paths = this.#paths.get(key) ?? [];
    if (this.#isNamed(key) || paths.some((one) => one.path === path && one.query === query)) return;
    this.#paths.set(key, [...paths, { path, query }]);
  }

  /** Reserves memory for what one template is missing, before others are rendered. @throws MountError */
  async takeFor(missing: readonly AgentRead[]): Promise<void> {
    const before = this.#asked.size;
    let bytes = 0;
    for (const asked of missing) {
      const key = keyOf(asked);
      bytes += this.#asked.has(key) ? AGAIN_BYTES : READ_BYTES + BYTES_PER_CHAR * charsOf(asked);
      this.#asked.add(key);
    }
    if (this.#asked.size > MOST_READS)
      throw new MountError(
        'template-failed',
        `the templates of this class ask for more than ${MOST_READS.toLocaleString('en')} secrets; split it over several classes`,
      );
    await this.#host.take(bytes, `${this.#asked.size - before} secrets of its templates`);
  }

  /** One round of reads, preceded by one for the engines that are not known yet. */
  async readFor(jobs: readonly Asking[]): Promise<void> {
    await this.#askEngines(jobs);
    for (const job of jobs) this.#resolve(job);
    await this.#answer(jobs.flatMap(({ reads }) => reads));
  }

  async #askEngines(jobs: readonly Asking[]): Promise<void> {
    const folders = new Set(jobs.flatMap(({ missing }) => missing.flatMap((asked) => this.#folderOf(asked) ?? [])));
    const unknown = [...folders].filter((folder) => !this.#engines.has(folder));
    const reads = unknown.map((folder) => ({ folder, read: engineRead(this.#folders, folder) }));
    for (const { folder, read } of reads) this.#name(read, { path: folder, query: '' });
    await this.#answer(reads.map(({ read }) => read));
    for (const { folder, read } of reads) {
      const isTransient = this.#rounds.some(({ errors }) => errors.get(read.key)?.isTransient);
      if (!isTransient) this.#engines.set(folder, this.answerTo(read)?.body.reveal().open([]));
    }
  }

  /** The folder whose engine must be asked for; undefined if it need not be. */
  #folderOf(asked: AgentRead): string | undefined {
    const { kind, path } = asked;
    if (kind === 'certificate' || this.#folders.isSpelledOut(shortOf(asked))) return undefined;
    const target = joinPath(path, '');
    if (typeof target === 'string') return undefined;
    const end = target.path.lastIndexOf('/');
    // Secrets of one folder belong to one engine.
    return kind === 'list' || end === -1 ? target.path : target.path.slice(0, end);
  }

  #resolve(job: Asking): void {
    try {
      job.willRead(job.missing.flatMap((asked) => this.#toRead(asked, job) ?? []));
    } catch (thrown) {
      if (!(thrown instanceof MountError)) throw thrown;
      job.failed(thrown);
    }
  }

  #toRead(asked: AgentRead, job: Asking): AskedRead | undefined {
    const target = joinPath(asked.path, asked.query);
    if (typeof target === 'string') throw badPath(target);
    const folder = this.#folderOf(asked);
    if (folder !== undefined && !this.#engines.has(folder)) {
      job.withoutEngine(engineRead(this.#folders, folder));
      return undefined;
    }
    const short = { ...shortOf(asked), path: target.path };
    const told = folder === undefined ? undefined : this.#engines.get(folder);
    const { path, body } = this.#folders.spellOut(short, told);
    const read = makeRead(short.method, path, target.query, body, job.leaseSettings);
    this.#name(read, asked);
    if (asked.kind === 'list') this.#lists.add(read);
    return { asked, read: this.#shown.has(asked) ? read : { ...read, shownAs: UNSHOWN } };
  }

  async #answer(reads: readonly Read[]): Promise<void> {
    const isKnown = ({ key }: Read) => this.#rounds.some(({ answers, errors }) => answers.has(key) || errors.has(key));
    const unknown = new Map(reads.filter((read) => !isKnown(read)).map((read) => [read.key, read]));
    if (unknown.size > 0) this.#rounds.push(await this.#host.answer([...unknown.values()]));
  }
}

/** An answer without names is an error of the template that asked for it. */
function namesIfAny(answer: Answer, { path }: Read): readonly string[] {
  try {
    return [...namesIn(answer.body.reveal(), path)];
  } catch (thrown) {
    if (thrown instanceof MountError) return [];
    throw thrown;
  }
}

function shortOf({ kind, path, parameters }: AgentRead): ShortRequest {
  return { method: METHODS[kind], path, fields: METHODS[kind] === 'PUT' ? parameters : undefined };
}

/** The message leaves the path out, as it may be made of a value. */
function badPath(problem: string): MountError {
  return new MountError(
    'template-failed',
    `a secret that the template asks for: ${problem.replace(/^secretPath/, 'its path')}`,
  );
}
