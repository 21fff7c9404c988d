// What templates of the syntax `agent` ask for, as reads of the mount's round: all that a pass lacks goes in one. Where a
// secret is named without what its engine adds, which engine it is is asked once, before.
import { MountError } from '../errors.ts';
import type { Answer, FolderStore, OpenAnswer, ShortRequest } from '../fetch/ports.ts';
import type { Method } from '../plan/methods.ts';
import type { Read } from '../plan/plan.ts';
import { joinPath, makeRead } from '../plan/read.ts';
import { type AgentRead, keyOf } from '../template/functions/agent-reads.ts';
import type { Value } from '../template/value.ts';
import { engineRead } from '../tree/engine-read.ts';
import { namesIn } from '../tree/names-in.ts';
import type { ReadResults } from '../volume/read-results.ts';
import { answerValue } from './answer-values.ts';
import type { AskedRead, Asking } from './asking.ts';
import type { TemplateHost } from './host.ts';
import type { ValueSteps } from './value-steps.ts';

/** For each that is to be sent, before it is: its read, and what hangs on it. */
const READ_BYTES = 2 * 1024;

const METHODS: Readonly<Record<AgentRead['kind'], Method>> = {
  read: 'GET',
  list: 'LIST',
  write: 'PUT',
  certificate: 'PUT',
};

export class StoreReads {
  readonly rounds: ReadResults[];
  readonly #host: TemplateHost;
  readonly #folders: FolderStore;
  /** By the path that is asked; undefined: the store does not tell. */
  readonly #engines = new Map<string, OpenAnswer | undefined>();

  /** @param planned what the class's own reads came to */
  constructor(planned: ReadResults, host: TemplateHost) {
    this.rounds = [planned];
    this.#host = host;
    this.#folders = host.folders;
  }

  answerTo({ key }: Read): Answer | undefined {
    for (const { answers } of this.rounds) {
      const answer = answers.get(key);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** Names in all lists of these. */
  listed(reads: readonly AskedRead[]): readonly string[] {
    return reads.flatMap(({ asked, read }) => {
      const answer = asked.kind === 'list' ? this.answerTo(read) : undefined;
      return answer === undefined ? [] : [...namesIn(answer.body.reveal(), read.path)];
    });
  }

  isAbsent({ key }: Read): boolean {
    return this.rounds.some(({ absent }) => absent.has(key));
  }

  /** Made anew for each render. @throws MountError, TooManySteps */
  values(reads: readonly AskedRead[], steps: ValueSteps): ReadonlyMap<string, Value> {
    return new Map(
      reads.map(({ asked, read }) => [keyOf(asked), answerValue(asked.kind, read, this.answerTo(read), steps)]),
    );
  }

  /** One round, and one before it for the engines that are not known yet. */
  async readFor(jobs: readonly Asking[]): Promise<void> {
    const count = jobs.reduce((sum, { missing }) => sum + missing.length, 0);
    if (count === 0) return;
    await this.#host.take(READ_BYTES * count, `${count} secrets of its templates`);
    await this.#askEngines(jobs);
    for (const job of jobs) this.#resolve(job);
    await this.#answer(jobs.flatMap(({ reads }) => reads));
  }

  async #askEngines(jobs: readonly Asking[]): Promise<void> {
    const folders = new Set(jobs.flatMap(({ missing }) => missing.flatMap((asked) => this.#folderOf(asked) ?? [])));
    const unknown = [...folders].filter((folder) => !this.#engines.has(folder));
    const reads = unknown.map((folder) => ({ folder, read: engineRead(this.#folders, folder) }));
    await this.#answer(reads.map(({ read }) => read));
    for (const { folder, read } of reads) {
      const isTransient = this.rounds.some(({ errors }) => errors.get(read.key)?.isTransient);
      if (!isTransient) this.#engines.set(folder, this.answerTo(read)?.body.reveal().open([]));
    }
  }

  /** Of which the engine is asked; undefined: it need not be. */
  #folderOf(asked: AgentRead): string | undefined {
    const { kind, path } = asked;
    if (kind === 'certificate' || this.#folders.isSpelledOut(shortOf(asked))) return undefined;
    const target = joinPath(path, '');
    if (typeof target === 'string') return undefined;
    const end = target.path.lastIndexOf('/');
    // Secrets that lie side by side are of one engine.
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
      job.withoutEngine(engineRead(this.#folders, folder), folder);
      return undefined;
    }
    const short = { ...shortOf(asked), path: target.path };
    const told = folder === undefined ? undefined : this.#engines.get(folder);
    const { path, body } = this.#folders.spellOut(short, told);
    return { asked, read: makeRead(short.method, path, target.query, body, job.leaseSettings) };
  }

  async #answer(reads: readonly Read[]): Promise<void> {
    const isKnown = ({ key }: Read) => this.rounds.some(({ answers, errors }) => answers.has(key) || errors.has(key));
    const unknown = new Map(reads.filter((read) => !isKnown(read)).map((read) => [read.key, read]));
    if (unknown.size > 0) this.rounds.push(await this.#host.answer([...unknown.values()]));
  }
}

function shortOf({ kind, path, parameters }: AgentRead): ShortRequest {
  return { method: METHODS[kind], path, fields: METHODS[kind] === 'PUT' ? parameters : undefined };
}

/** The path may be made of a value, so it is not said. */
function badPath(problem: string): MountError {
  return new MountError(
    'template-failed',
    `a secret that the template asks for: ${problem.replace(/^secretPath/, 'its path')}`,
  );
}
