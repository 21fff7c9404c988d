// Finds the secrets of folders. Folders are listed level by level; then all secrets are read in one parallel round, by the
// mount's own round of reads. An object that found its secrets names their reads as its own.
import { asMountError, MountError } from '../errors.ts';
import type { FolderEngine, FolderStore } from '../fetch/ports.ts';
import { compile, MatchBudget } from '../patterns.ts';
import type { FoundSecret, PlanObject, Read, TreeSource } from '../plan/plan.ts';
import { isReadable, makeRead } from '../plan/read.ts';
import { MOST_SECRETS } from '../plan/tree-field.ts';
import { quoteName } from '../printable.ts';
import { type ReadResults, together } from '../volume/read-results.ts';
import { disagreements, type FoundFailure } from './disagreements.ts';
import { engineRead } from './engine-read.ts';
import { namesIn } from './names-in.ts';

/** Memory reserved for each secret before it is read: the read and what belongs to it. */
const SECRET_BYTES = 2 * 1024;
/** Limit on the names in all lists together, wanted or not. */
const MOST_LISTED = 10_000;
/** Limit on the secrets whose tags are read, in one round. */
const MOST_ASKED = 1_000;

export interface Finder {
  readonly folders: FolderStore;
  answer(reads: readonly Read[]): Promise<ReadResults>;
  /** Reserves memory for what was found. @throws MountError memory-budget */
  take(bytes: number, what: string): Promise<void>;
}

export interface Found {
  /** The plan's objects, each with all reads that its files need. */
  readonly objects: readonly PlanObject[];
  readonly results: ReadResults;
  /** Objects that cannot be mounted, even if all reads succeed. */
  readonly failures: readonly FoundFailure[];
}

/** @param planned what the plan's own reads came to */
export async function findSecrets(
  objects: readonly PlanObject[],
  planned: ReadResults,
  finder: Finder,
): Promise<Found> {
  if (!objects.some(({ source }) => source.kind === 'tree')) return { objects, results: planned, failures: [] };
  const budget = new MatchBudget();
  const walks = await Promise.all(objects.map((object) => walk(object, finder, budget)));
  const failures = walks.flatMap(({ object, error }) => (error === undefined ? [] : [{ object, error }]));
  const results = together([planned, ...walks.flatMap(({ rounds }) => rounds)]);
  return {
    objects: walks.map(({ object }) => object),
    results,
    failures: [...failures, ...disagreements(walks.map(({ object }) => object))],
  };
}

interface Walk {
  readonly object: PlanObject;
  readonly rounds: readonly ReadResults[];
  readonly error?: MountError;
}

async function walk(object: PlanObject, finder: Finder, budget: MatchBudget): Promise<Walk> {
  const { source } = object;
  if (source.kind !== 'tree') return { object, rounds: [] };
  const tree = new Tree(source, finder, budget);
  let error: MountError | undefined;
  try {
    await tree.find();
  } catch (thrown) {
    error = asMountError(thrown);
  }
  const reads = [...tree.reads, ...tree.secrets.map(({ read }) => read)];
  const found = { ...object, source: { ...source, secrets: tree.secrets }, reads };
  return { object: found, rounds: tree.rounds, ...(error !== undefined && { error }) };
}

/** The secrets of one object. */
class Tree {
  readonly rounds: ReadResults[] = [];
  /** Reads of engines, lists and tags; if one fails, the object fails. */
  readonly reads: Read[] = [];
  secrets: readonly FoundSecret[] = [];
  readonly #source: TreeSource;
  readonly #finder: Finder;
  readonly #budget: MatchBudget;

  constructor(source: TreeSource, finder: Finder, budget: MatchBudget) {
    this.#source = source;
    this.#finder = finder;
    this.#budget = budget;
  }

  async find(): Promise<void> {
    const engine = await this.#engine();
    if (engine === undefined) return;
    const paths = await this.#tagged(await this.#list(engine), engine);
    const { limit } = this.#source;
    if (paths.length > limit) throw tooMany(this.#source, limit);
    const found = paths.map((path) => ({ path, read: this.#read('GET', engine.secretPath(path)) }));
    if (found.length === 0) return;
    await this.#finder.take(SECRET_BYTES * found.length, `${found.length} secrets below ${this.#source.read.path}`);
    const { absent } = await this.#answer(found.map(({ read }) => read));
    // A secret stays listed after its newest version was deleted, and may be gone since.
    this.secrets = found.filter(({ read }) => !absent.has(read.key));
  }

  /** undefined if the store could not be asked. */
  async #engine(): Promise<FolderEngine | undefined> {
    const { folders } = this.#finder;
    const { engine, read } = this.#source;
    if (engine !== undefined) return folders.engineGiven(read.path, engine.mount, engine.version);
    const asked = engineRead(folders, read.path);
    this.reads.push(asked);
    const answer = (await this.#answer([asked])).answers.get(asked.key);
    return answer && folders.engineTold(read.path, answer.body.reveal().open([]));
  }

  /** @returns the paths of all secrets, in their order; none if a list failed */
  async #list(engine: FolderEngine): Promise<readonly string[]> {
    const { depth, limit, wanted } = this.#source;
    const isWanted = this.#byName();
    // If only some are wanted, the lists may hold more than the limit.
    const most = wanted === undefined ? limit : MOST_LISTED;
    let count = 0;
    const secrets: string[] = [];
    let folders = [''];
    for (let level = 1; level <= depth && folders.length > 0; level += 1) {
      const lists = folders.map((within) => ({ within, read: this.#read('LIST', engine.listPath(within)) }));
      const { answers, absent } = await this.#answer(lists.map((list) => list.read));
      folders = [];
      for (const { within, read: list } of lists) {
        // A subfolder may be gone since it was listed.
        if (within === '' || !absent.has(list.key)) this.reads.push(list);
        const answer = answers.get(list.key);
        for (const name of answer === undefined ? [] : namesIn(answer.body.reveal(), list.path)) {
          const path = checked(`${within}${name}`, engine);
          if (name.endsWith('/')) folders.push(path);
          else if (isWanted(path)) secrets.push(path);
          count += 1;
          if (count > MOST_LISTED || secrets.length > most || folders.length > most) throw tooMany(this.#source, most);
        }
      }
    }
    return secrets.toSorted((a, b) => (a < b ? -1 : 1));
  }

  #byName(): (path: string) => boolean {
    const name = this.#source.wanted?.name;
    if (name === undefined) return () => true;
    const pattern = compile(name);
    return (path) => {
      this.#budget.spend(pattern, path);
      return pattern.isIn(path);
    };
  }

  async #tagged(paths: readonly string[], engine: FolderEngine): Promise<readonly string[]> {
    const { read: folder, wanted } = this.#source;
    if (wanted === undefined || wanted.tags.length === 0 || paths.length === 0) return paths;
    if (paths.length > MOST_ASKED) throw tooMany(this.#source, MOST_ASKED);
    const asked = paths.map((path) => ({ path, read: this.#read('GET', engine.tagsPath(path)) }));
    await this.#finder.take(SECRET_BYTES * asked.length, `the tags of ${asked.length} secrets below ${folder.path}`);
    const { answers, absent } = await this.#answer(asked.map(({ read }) => read));
    return asked.flatMap(({ path, read }) => {
      if (!absent.has(read.key)) this.reads.push(read);
      const answer = answers.get(read.key);
      const tags = answer && engine.tagsIn(answer.body.reveal());
      return tags !== undefined && wanted.tags.every(([name, value]) => tags.get(name) === value) ? [path] : [];
    });
  }

  #read(method: 'GET' | 'LIST', path: string): Read {
    return makeRead(method, path, '', undefined, this.#source.read.leaseSettings);
  }

  async #answer(reads: readonly Read[]): Promise<ReadResults> {
    const results = await this.#finder.answer(reads);
    this.rounds.push(results);
    return results;
  }
}

/** It becomes part of a request's path. */
function checked(path: string, engine: FolderEngine): string {
  const asked = engine.secretPath(path.replace(/\/$/, ''));
  if (isReadable(asked)) return path;
  throw new MountError('file-name', `${quoteName(asked)} cannot be asked for by its name; rename it in the store`);
}

function tooMany({ read: { path }, limit }: TreeSource, most: number): MountError {
  const raise = most === limit && limit < MOST_SECRETS ? 'raise limit, ' : '';
  return new MountError(
    'files-too-large',
    `${path} has more than ${most} secrets or folders; ${raise}name a folder in it, or lower depth`,
  );
}
