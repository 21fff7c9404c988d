// What becomes of each field of a SealedSecret (v0.32.2): in one place, so that reports and docs/migrate.md say the same.
import { differs, type FieldTable, mapped, refused, told } from '../fields.ts';

const PREFIX = 'sealedsecrets.bitnami.com/';
export const CLUSTER_WIDE = `${PREFIX}cluster-wide`;
export const NAMESPACE_WIDE = `${PREFIX}namespace-wide`;

const SPEC: FieldTable = {
  encryptedData: told('each key: a key in the store, and an object'),
  template: told('by its own fields'),
  data: refused(
    'all values in one are an old form, which the controller refuses too; seal them again as encryptedData',
  ),
};

const TEMPLATE: FieldTable = {
  metadata: told('its labels and annotations: of the synced Secret'),
  type: mapped('the type of the synced Secret'),
  immutable: differs('left out: what the driver writes follows the store'),
  data: mapped('each an object with a template of the syntax sprig'),
};

const ANNOTATIONS: FieldTable = {
  [CLUSTER_WIDE]: mapped('how its values were sealed'),
  [NAMESPACE_WIDE]: mapped('how its values were sealed'),
  [`${PREFIX}managed`]: differs('left out: the driver writes into a Secret of this name, whoever made it'),
  [`${PREFIX}patch`]: refused('it adds keys to a Secret that something else made; keep all of them in one'),
  [`${PREFIX}skip-set-owner-references`]: differs('left out: a synced Secret goes with its last pod'),
};

/** Annotations are those of its own metadata and of the template's. */
export const SEALED_TABLES = { spec: SPEC, 'spec.template': TEMPLATE, annotations: ANNOTATIONS } as const;

export function isOfSealedSecrets(annotation: string): boolean {
  return annotation.startsWith(PREFIX);
}
