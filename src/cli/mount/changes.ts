// Compares a mount's files with the folder: one row per file, in the class's order, then the removed ones.
import { describeRead } from '../../describe-read.ts';
import type { Plan, PlanObject } from '../../plan/plan.ts';
import type { Rendered } from '../../render/rendered.ts';
import type { VolumeFile } from './volume-folder.ts';

/** `absent`: an optional object that is missing now and was before. */
export type State = 'new' | 'changed' | 'same' | 'gone' | 'absent';

export interface Row {
  readonly path: string;
  readonly state: State;
  readonly mode: number | undefined;
  readonly sizeBytes: number | undefined;
  /** The store's number (KV version 2); for a template those of all its reads, as 2-7; undefined if there is none. */
  readonly version: string | undefined;
  /** METHOD path#key; undefined for a file that the class no longer names. */
  readonly from: string | undefined;
}

export function compare(before: ReadonlyMap<string, VolumeFile>, plan: Plan, rendered: Rendered): readonly Row[] {
  const filesOf = Map.groupBy(rendered.files, ({ object }) => object.name);
  const versions = new Map(rendered.versions.map(({ id, version }) => [id, version]));
  const rows = plan.objects.flatMap((object): readonly Row[] => {
    const version = /^(\d+(?:-\d+)*)\./.exec(versions.get(object.name) ?? '')?.[1];
    const files = filesOf.get(object.name) ?? [undefined];
    return files.map((file): Row => {
      const path = file?.path ?? object.name;
      const old = before.get(path);
      const contents = file?.contents.reveal();
      return {
        path,
        state: stateOf(old, contents === undefined ? undefined : { mode: object.mode, contents }),
        mode: file?.mode,
        sizeBytes: contents?.length,
        version,
        from: file?.from ?? describeSource(file?.object ?? object),
      };
    });
  });
  const named = new Set(rows.map(({ path }) => path));
  const dropped = [...before.keys()].filter((path) => !named.has(path));
  const nothing = { mode: undefined, sizeBytes: undefined, version: undefined, from: undefined };
  return [...rows, ...dropped.map((path): Row => ({ path, state: 'gone', ...nothing }))];
}

/** Most reads of a template shown in its row. */
const MOST_READS = 3;

type Written = { readonly mode: number; readonly contents: Uint8Array };

function stateOf(old: VolumeFile | undefined, next: Written | undefined): State {
  if (next === undefined) return old === undefined ? 'absent' : 'gone';
  if (old === undefined) return 'new';
  return old.mode === next.mode && old.contents.equals(next.contents) ? 'same' : 'changed';
}

function describeSource({ source, reads }: PlanObject): string {
  if (source.kind === 'template') return ['template', ...reads.slice(0, MOST_READS).map(describeRead)].join(', ');
  const key = source.kind === 'value' ? source.key : undefined;
  return `${describeRead(source.read)}${key === undefined ? '' : `#${key}`}`;
}
