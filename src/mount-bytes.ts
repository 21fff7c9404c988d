// What a mount takes of the memory that all mounts share, at each of its steps before the step begins.
import type { MountMemory } from './memory/mount-memory.ts';
import type { Plan } from './plan/plan.ts';
import { BYTES_PER_OBJECT, weighObjects } from './plan/weight.ts';
import type { Rendered } from './render/rendered.ts';
import { LARGEST_ANSWER_BYTES } from './render/size.ts';
import type { ReadResults } from './volume/read-results.ts';

/** A mount, with what hangs on it, as measured. */
export const MOUNT_BYTES = 32 * 1024;

/** What was made of its class. @throws MountError memory-budget */
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

/** Files take their length in the answer, in the message and in its frame. */
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
 * Files may come to more than the answers: many objects may name one value, and escapes grow. If there is no room for
 * what was made, it is dropped, and made again once there is.
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
