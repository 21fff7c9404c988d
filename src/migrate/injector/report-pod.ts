// What became of a pod of the injector, annotation by annotation.
import { quote } from '../../quote.ts';
import { UNCHANGEABLE } from '../kinds.ts';
import type { InjectedPod } from './injected-pod.ts';
import type { MovedPod } from './move-pod.ts';

/** @param moved undefined: it stays. */
export function reportPod({ pod, notes, annotations, obstacles }: InjectedPod, moved: MovedPod | undefined): void {
  const { input } = pod;
  if (moved !== undefined) {
    for (const { annotation, rule, text, mountPath } of notes) {
      const className = mountPath === undefined ? undefined : moved.classes.get(mountPath);
      input.report(
        rule,
        annotation.at,
        className === undefined ? text : `${text}, in SecretProviderClass ${className}`,
      );
    }
    return;
  }
  for (const { kind, at, why } of obstacles) input.report(kind, at, why);
  const [first] = obstacles;
  const told = new Set(obstacles.map(({ at }) => at));
  if (first === undefined) input.report('form', pod.spec.at, `the pod ${UNCHANGEABLE}`);
  const cause = first === undefined ? '' : `, as line ${input.place.document.linesBefore + first.at.line} cannot move`;
  for (const { name, at } of annotations)
    if (!told.has(at)) input.report(first?.kind ?? 'form', at, `${quote(name)} stays with ${input.title}${cause}`);
}
