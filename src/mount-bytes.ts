// Takes memory from the shared budget for each step of a mount, before the step begins.
import type { MountMemory } from './memory/mount-memory.ts';
import type { Plan } from './plan/plan.ts';
import { BYTES_PER_OBJECT, weighObjects } from './plan/weight.ts';
import type { Rendered } from './render/rendered.ts';
import { LARGEST_ANSWER_BYTES } from './render/size.ts';
import type { ReadResults } from './volume/read-results.ts';

/** A mount, with what hangs on it, as measured. */
export const MOUNT_BYTES = 32 * 1024;

/** Counts the parsed class. @throws MountError memory-budget */
export function holdPlanBytes(plan: Plan, memory: MountMemory): void {
  // Pods of one class share what was made of it.
  memory.holdIfRoom(plan.objects, weighObjects(plan.objects, plan.reads), describe(plan));
}

/** @throws MountError memory-budget */
export function takeForMount(plan: Plan, memory: MountMemory): Promise<void> {
  return memory.take(MOUNT_BYTES, describe(plan));
}

function describe({ objects }: Plan): string {
  return `a class of ${objects.length} objects`;
}

/** A file is copied into the response, the encoded message and its frame. */
const FILE_COPIES = 3;

/** @returns how much it took @throws MountError memory-budget */
export async function takeForFiles({ answers }: ReadResults, memory: MountMemory): Promise<number> {
  let bytes = 0;
  for (const { body, sizeBytes } of answers.values()) {
    memory.hold(body.reveal(), sizeBytes);
    bytes += sizeBytes;
  }
  const takenBytes = FILE_COPIES * Math.min(bytes, LARGEST_ANSWER_BYTES);
  await memory.take(takenBytes, 'its files');
  return takenBytes;
}

/**
 * Files may be larger than the answers: many objects may name one value, and escapes add bytes. If the rendered files do
 * not fit, they are dropped, and rendered again once there is room.
 */
export async function renderWithin(render: () => Rendered, takenBytes: number, memory: MountMemory): Promise<Rendered> {
  let rendered: Rendered | undefined = render();
  // What was taken for the plan is for one file of each object.
  const foundFiles = Math.max(0, rendered.files.length - rendered.versions.length);
  const moreBytes = FILE_COPIES * rendered.sizeBytes + BYTES_PER_OBJECT * foundFiles - takenBytes;
  if (rendered.failures.length > 0 || moreBytes <= 0 || memory.tryTake(moreBytes)) return rendered;
  rendered = undefined;
  await memory.take(moreBytes, 'its files');
  return render();
}
