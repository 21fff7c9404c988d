// Templates of a class with a store that answers at once: what each pass asks for, and what the files come to.
import { asMountError, MountError } from '../../src/errors.ts';
import type { Answer } from '../../src/fetch/ports.ts';
import type { PlanObject, Read } from '../../src/plan/plan.ts';
import { LANGUAGES } from '../../src/plan/template-languages.ts';
import { renderFiles } from '../../src/render/render.ts';
import { renderTemplates } from '../../src/template-files/template-files.ts';
import { FOLDERS } from '../../src/vault/folders.ts';
import { type ReadResults, together } from '../../src/volume/read-results.ts';
import { objectsOf } from '../plan/request.ts';
import { makeAnswer } from '../render/answers.ts';

export type Store = Readonly<Record<string, Answer | MountError>>;

export interface Seen {
  readonly files: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly failures: readonly string[];
  /** What each round asked for, those of the class first. */
  readonly rounds: readonly (readonly string[])[];
  readonly bodies: readonly (string | undefined)[];
  readonly objects: readonly PlanObject[];
  /** Beside the objects. */
  readonly takenBytes: number;
  readonly entered: number;
  readonly turns: number;
  readonly spentMs: number;
}

export async function loadTemplates(): Promise<void> {
  await LANGUAGES.agent.load();
  await LANGUAGES.sprig.load();
}

/** What the store says of the engine of a folder. */
export function mounted(path: string, version: 1 | 2): Answer {
  return makeAnswer(JSON.stringify({ data: { path, type: 'kv', options: { version: String(version) } } }));
}

/** @param store answers by `METHOD path?query`; a path alone is that of a GET; any other is not there */
export async function render(text: string, store: Store, isFull = false): Promise<Seen> {
  const objects = objectsOf(text);
  const rounds: string[][] = [];
  const bodies: (string | undefined)[] = [];
  const answer = async (reads: readonly Read[]): Promise<ReadResults> => {
    rounds.push(reads.map(nameOf));
    bodies.push(...reads.map(({ body }) => body?.reveal()));
    const results = reads.map((read) => [read.key, store[nameOf(read)] ?? gone(read)] as const);
    const errors = results.flatMap(([key, one]) => (one instanceof MountError ? [[key, one] as const] : []));
    return {
      answers: new Map(results.flatMap(([key, one]) => (one instanceof MountError ? [] : [[key, one]]))),
      errors: new Map(errors),
      absent: new Set(errors.flatMap(([key, { kind }]) => (kind === 'absent' ? [key] : []))),
      staleFallbacks: new Map(),
      newestAt: Number.NEGATIVE_INFINITY,
    };
  };
  const used = { takenBytes: 0, entered: 0, turns: 0, spentMs: 0 };
  const named = [...new Map(objects.flatMap(({ reads }) => reads).map((read) => [read.key, read])).values()];
  const planned = named.length === 0 ? together([]) : await answer(named);
  const found = await renderTemplates(
    { objects, results: planned, failures: [] },
    {
      folders: FOLDERS,
      answer,
      take: async (bytes) => {
        used.takenBytes += bytes;
        if (isFull && used.takenBytes > 256 * 1024) throw new MountError('memory-budget', 'no room');
      },
      enter: async () => {
        used.entered += 1;
      },
      turn: async () => {
        used.turns += 1;
        await new Promise((resolve) => setImmediate(resolve));
      },
      spend: (ms) => {
        used.spentMs += ms;
      },
    },
  );
  const failed = new Set(found.failures.map(({ object }) => object));
  const { results } = found;
  const rest = found.objects.filter((object) => !failed.has(object));
  const rendered = renderFiles(rest, results.answers, Buffer.alloc(32), results.absent);
  const unread = found.objects.flatMap((object) => {
    const error = object.reads.flatMap(({ key }) => results.errors.get(key) ?? [])[0];
    return error === undefined || (object.isOptional && error.kind === 'absent') ? [] : [{ object, error }];
  });
  return {
    files: Object.fromEntries(
      rendered.files.map(({ path, contents }) => [path, Buffer.from(contents.reveal()).toString()]),
    ),
    versions: Object.fromEntries(rendered.versions.map(({ id, version }) => [id, version])),
    failures: [...unread, ...found.failures, ...rendered.failures].map(
      ({ object, error }) => `${object.name}: ${error.message} [${error.reason}]`,
    ),
    rounds,
    bodies,
    objects: found.objects,
    ...used,
  };
}

/** The one failure. */
export async function failureOf(text: string, store: Store): Promise<string> {
  const { failures } = await render(text, store);
  if (failures.length !== 1) throw new Error(`${failures.length} failures: ${failures.join()}`);
  return failures[0] ?? '';
}

export async function rejectionOf(text: string, store: Store, isFull: boolean): Promise<string> {
  return render(text, store, isFull).then(
    () => 'rendered',
    (thrown) => asMountError(thrown).reason,
  );
}

function nameOf({ method, path, query }: Read): string {
  return `${method === 'GET' ? '' : `${method} `}${path}${query === '' ? '' : `?${query}`}`;
}

function gone(read: Read): MountError {
  return new MountError('path-missing', `${nameOf(read)}: there is nothing`);
}
